import { readSection } from './iniConfig.ts';
import { nameOf, within, type ProjectFiles, type Recognition, type TestText } from './recognition.ts';

/** Whether `go test` runs a file (`go help test`, `go help packages`). */
export function goRecognition(path: string): Recognition {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const hidden = /(?:^|\/)(?:testdata|[._][^/]*)\//.exec(path)?.[0];
  if (hidden !== undefined)
    return {
      ...{ kind: 'skipped', patterns: [] },
      detail: `go test does not run ${path}: it passes over folders that are named testdata or begin with \`_\` or \`.\`.`,
    };
  return /^[^._].*_test\.go$/.test(nameOf(path))
    ? { kind: 'run', detail: `go test runs ${path}.` }
    : {
        ...{ kind: 'skipped', patterns: [`${folder}*_test.go`] },
        detail: `go test does not run ${path}: names of its files end in \`_test.go\` and begin with neither \`_\` nor \`.\`.`,
      };
}

/** What marks a function as a test, or makes some. */
const rustTest = /#\[(?:\w+::)*(?:test|rstest|test_case|quickcheck)\b|\b(?:proptest|quickcheck)!/;

/** Whether `cargo test` runs a file (https://doc.rust-lang.org/cargo/reference/cargo-targets.html). */
export async function cargoRecognition(
  { path, text, isNew }: TestText,
  files: ProjectFiles,
): Promise<Recognition> {
  const manifest = await files.nearest(path, ['Cargo.toml']);
  if (manifest === null) return { kind: 'none' };
  const own = within(manifest.folder, path);
  const patterns = [`${manifest.folder}tests/*.rs`];
  if (own.startsWith('tests/')) {
    if (readSection(manifest.text, 'package') === null)
      return {
        ...{ kind: 'skipped', patterns: [] },
        detail: `cargo test does not run ${path}: there is no package in ${manifest.path}.`,
      };
    const isNamed = manifest.text.includes(`"${own}"`);
    const isOff = readSection(manifest.text, 'package')?.get('autotests')?.[0] === 'false';
    if (isNamed || (!isOff && /^tests\/(?:[^/]+|[^/]+\/main)\.rs$/.test(own)))
      return { kind: 'run', detail: `cargo test runs ${path}.` };
    const why = isOff
      ? `autotests is false in ${manifest.path}, and no [[test]] names it`
      : `it runs the files that lie directly in ${manifest.folder}tests/`;
    return {
      ...{ kind: 'skipped', patterns: isOff ? [] : patterns },
      detail: `cargo test does not run ${path}: ${why}.`,
    };
  }
  if (own.startsWith('src/') && !isNew && rustTest.test(text))
    return { kind: 'run', detail: `cargo test runs the tests in ${path}.` };
  if (own.startsWith('src/') && rustTest.test(text))
    return {
      kind: 'unknown',
      detail: `cargo test runs ${path} only if another module declares it with \`mod\`.`,
    };
  return {
    ...{ kind: 'skipped', patterns },
    detail: own.startsWith('src/')
      ? `cargo test finds no test in ${path}: mark each with \`#[test]\`, in a module with \`#[cfg(test)]\`.`
      : `cargo test does not run ${path}: it lies in neither ${manifest.folder}tests/ nor ${manifest.folder}src/.`,
  };
}

const testPackages = /Microsoft\.NET\.Test\.Sdk|<IsTestProject>\s*true|\b(?:xunit|NUnit|MSTest|TUnit)\b/i;

/** Whether `dotnet test` runs a file: the project that it lies in, which most name as its folder, says so. */
export async function dotnetRecognition(path: string, files: ProjectFiles): Promise<Recognition> {
  const folders = path.split('/').slice(0, -1);
  for (let depth = folders.length; depth > 0; depth -= 1) {
    const folder = `${folders.slice(0, depth).join('/')}/`;
    const project = await files.text(`${folder}${folders[depth - 1] ?? ''}.csproj`);
    if (project === null) continue;
    const name = `${folder}${folders[depth - 1] ?? ''}.csproj`;
    if (testPackages.test(project)) return { kind: 'run', detail: `dotnet test runs ${path} (${name}).` };
    return {
      ...{ kind: 'skipped', patterns: [] },
      detail: `dotnet test does not run ${path}: its project ${name} refers to no test framework. Put it into a project of tests.`,
    };
  }
  return folders.some((one) => /(?:^|[._-])(?:unit|integration)?tests?$/i.test(one))
    ? { kind: 'run', detail: `dotnet test runs ${path} by its folder's name.` }
    : { kind: 'none' };
}
