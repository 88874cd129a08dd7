import { isExclusion } from '../../src/core/index/exclusions.ts';
import { termsOf } from '../../src/core/index/chunks.ts';
import { RepositoryIndex } from '../../src/core/index/repositoryIndex.ts';
import { importedModules } from '../../src/core/syntax/imports.ts';
import { outline } from '../../src/core/syntax/outline.ts';
import { scanScript } from '../../src/core/syntax/scriptScanner.ts';
import { inWhole, withoutParts } from '../../src/core/syntax/textParts.ts';
import { languageOf } from '../../src/workspace/fileFacts.ts';
import { FolderFiles } from '../../src/workspace/files/folderFiles.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { now } from './clock.ts';

/** Milliseconds that each part of indexing takes for a file, on average. */
export type PhaseCosts = Readonly<Record<Phase, number>>;
export type Phase = (typeof phases)[number];
export const phases = [
  'walk',
  'read',
  'scan',
  'parse',
  'query',
  'outline',
  'imports',
  'names',
  'insert',
] as const;

/** Does what `FolderIndex` does with a folder's first `most` files, one part after the other. */
export async function phaseCosts(folder: string, parsers: Parsers, most: number): Promise<PhaseCosts> {
  const costs: Record<Phase, number> = {
    walk: 0,
    read: 0,
    scan: 0,
    parse: 0,
    query: 0,
    outline: 0,
    imports: 0,
    names: 0,
    insert: 0,
  };
  let began = now();
  const lap = (phase: Phase): void => {
    costs[phase] += now() - began;
    began = now();
  };
  const source = new FolderFiles(folder);
  const index = new RepositoryIndex();
  const paths: string[] = [];
  for await (const file of source.walk()) paths.push(file.path);
  lap('walk');
  const some = paths.slice(0, most);
  const plain = await parsers.grammar('typescript');
  for (const path of some) {
    const own = await parsers.grammar(languageOf(path));
    began = now();
    const content = await source.read(path);
    lap('read');
    if (isExclusion(content) || own === null || plain === null) continue;
    const { text } = content;
    const script = own.name === 'typescript' || own.name === 'tsx' ? scanScript(text) : null;
    // What is left of a file with JSX has none, as a rule.
    const grammar = script !== null && script.leftOut.length > 0 ? plain : own;
    lap('scan');
    const parts = script?.leftOut ?? [];
    const tree = parsers.parseWithin(grammar, withoutParts(text, parts), 1000);
    lap('parse');
    if (tree === 'slow' || tree === null) continue;
    const matches = inWhole(grammar.facts.matches(tree.rootNode), parts);
    lap('query');
    const definitions = outline(text, matches);
    lap('outline');
    const imports = [...(script?.imports ?? []), ...importedModules(text, matches)];
    lap('imports');
    tree.delete();
    began = now();
    termsOf(text, index.names);
    lap('names');
    index.set({ path, text, bytes: content.bytes, mtimeMs: 0, code: true, definitions, imports });
    lap('insert');
  }
  // Putting a file in splits it into names again.
  costs.insert = Math.max(0, costs.insert - costs.names);
  costs.walk *= some.length / Math.max(1, paths.length);
  for (const phase of phases) costs[phase] /= Math.max(1, some.length);
  return costs;
}
