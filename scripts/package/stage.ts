/** Lays out, in a folder of its own, exactly what one target's VSIX will hold. */
import { existsSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { adaptLinks, documentClosure, renamedByVsce } from './documents.ts';
import { PackagingFailure } from './failure.ts';
import { shippedManifest } from './manifest.ts';
import { bundleInputs, llamaNotices, noticesText, packageFolders, packageNotices } from './notices.ts';
import { copyPlatformPackage, platformPackageFolder } from './platformPackages.ts';
import { platformFolder, targets, type TargetName } from './targets.ts';

/** The folders that packaging works with. */
export interface Places {
  /** The tree to package: package.json, dist, models, media and the documents. */
  root: string;
  /** The checkout whose node_modules and package-lock.json the bundles were made from. */
  repository: string;
  /** Where the trees are staged. */
  work: string;
  /** Where fetched platform packages are kept. */
  cache: string;
}

const modelFiles = ['starter.gguf', 'README.md', 'SHA256SUMS', 'catalogue.json', 'catalogue.schema.json'];
const rootFiles = ['README.md', 'CHANGELOG.md', 'LICENSE'];

/** Stages one target and returns its folder. */
export async function stageTarget(places: Places, target: TargetName): Promise<string> {
  const stage = path.join(places.work, target);
  requireInputs(places.root);
  await rm(stage, { recursive: true, force: true });
  await mkdir(path.join(stage, 'models'), { recursive: true });
  await stageManifest(places.root, stage);
  await stageDist(places.root, stage);
  for (const file of modelFiles) {
    await cp(path.join(places.root, 'models', file), path.join(stage, 'models', file));
  }
  await stageMedia(places.root, stage);
  await stageDocuments(places.root, stage);
  const packages = await stagePlatformPackages(places, target, stage);
  await stageNotices(places, packages, stage);
  return stage;
}

/** Says at once, and for everything, what a checkout lacks. */
function requireInputs(root: string): void {
  if (!existsSync(path.join(root, 'dist'))) {
    throw new PackagingFailure('There is no dist folder to package: run `npm run build` first.');
  }
  const inputs = ['package.json', ...rootFiles, ...modelFiles.map((file) => `models/${file}`)];
  const missing = inputs.filter((file) => !existsSync(path.join(root, file)));
  if (missing.length > 0) throw new PackagingFailure(`To be packaged but missing: ${missing.join(', ')}.`);
}

async function stageManifest(root: string, stage: string): Promise<void> {
  const manifest = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  await writeFile(
    path.join(stage, 'package.json'),
    JSON.stringify(shippedManifest(manifest), null, 2) + '\n',
  );
}

async function stageDist(root: string, stage: string): Promise<void> {
  const dist = path.join(root, 'dist');
  const left = new Set(['vsix', 'meta.json'].map((name) => path.join(dist, name)));
  await cp(dist, path.join(stage, 'dist'), {
    recursive: true,
    filter: (file) => !left.has(file) && !file.endsWith('.map'),
  });
}

/** The icon, webview assets and walkthrough pages; screenshots come along only with a document that shows them. */
async function stageMedia(root: string, stage: string): Promise<void> {
  const media = path.join(root, 'media');
  if (!existsSync(media)) return;
  const screenshots = path.join(media, 'screenshots');
  await cp(media, path.join(stage, 'media'), { recursive: true, filter: (file) => file !== screenshots });
}

async function stageDocuments(root: string, stage: string): Promise<void> {
  const documents = ['README.md', 'CHANGELOG.md', 'models/README.md'];
  const needed = await documentClosure(root, documents);
  const staged = (file: string) =>
    statSync(path.join(stage, file), { throwIfNoEntry: false })?.isFile() === true;
  const ships = (file: string) => needed.has(file) || rootFiles.includes(file) || staged(file);
  for (const file of [...needed, 'LICENSE']) {
    const destination = path.join(stage, renamedByVsce[file] ?? file);
    await mkdir(path.dirname(destination), { recursive: true });
    if (file.endsWith('.md')) {
      const markdown = await readFile(path.join(root, file), 'utf8');
      await writeFile(destination, adaptLinks(markdown, file, ships));
    } else await cp(path.join(root, file), destination);
  }
}

/** Puts the target's platform packages in place and returns the folders they came from. */
async function stagePlatformPackages(places: Places, target: TargetName, stage: string): Promise<string[]> {
  const folders: string[] = [];
  for (const { name } of targets[target].packages) {
    const folder = await platformPackageFolder(places.repository, name, places.cache);
    await copyPlatformPackage(folder, path.join(stage, platformFolder, name));
    folders.push(folder);
  }
  return folders;
}

async function stageNotices(places: Places, platformPackages: string[], stage: string): Promise<void> {
  const bundled = packageFolders(await bundleInputs(places.root));
  const folders = [...bundled.map((folder) => path.join(places.repository, folder)), ...platformPackages];
  const notices = await packageNotices(folders);
  const llama = await llamaNotices(path.join(places.repository, 'node_modules/node-llama-cpp'));
  await writeFile(path.join(stage, 'THIRD-PARTY-NOTICES.txt'), noticesText([...notices, ...llama]));
}
