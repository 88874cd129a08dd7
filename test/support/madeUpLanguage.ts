import fc from 'fast-check';
import { RepositoryIndex } from '../../src/core/index/repositoryIndex.ts';
import type { FileFacts } from '../../src/core/index/types.ts';
import type { Definition } from '../../src/core/syntax/outline.ts';
import type { ImportedModule } from '../../src/core/syntax/imports.ts';

const definitionLine = /^( *)(pub )?(def|type|const) (\w+)/;
const kinds: Readonly<Record<string, string>> = { def: 'function', type: 'class', const: 'property' };

interface Open {
  readonly indent: number;
  readonly place: number;
  readonly container: string | null;
}

/**
 * What the index is told of a file in a made-up language, so that tests of the index need no parser: `def f(…)`,
 * `type T` and `const c` define, with `pub ` before them for others to see; what is indented belongs to what stands
 * above it; `use PATH: a, b` imports.
 */
export function madeUpFile(path: string, text: string, more: Partial<FileFacts> = {}): FileFacts {
  const definitions: Definition[] = [];
  const imports: ImportedModule[] = [];
  let open: Open[] = [];
  let start = 0;
  text.split('\n').forEach((content, index) => {
    const end = start + content.length;
    const indent = /\S/.exec(content)?.index ?? Infinity;
    const found = definitionLine.exec(content);
    if (indent < Infinity) open = open.filter((one) => one.indent < indent);
    if (indent < Infinity)
      for (const { place } of open) {
        const around = definitions[place];
        if (around !== undefined) definitions[place] = { ...around, end, endLine: index + 1 };
      }
    const [, , exported, word = '', name = ''] = found ?? [];
    if (found !== null) {
      const container = open.at(-1)?.container ?? null;
      open.push({ indent, place: definitions.length, container: word === 'type' ? name : container });
      const kind = word === 'def' && container !== null ? 'method' : (kinds[word] ?? '');
      const signature = content.trim();
      const lines = { startLine: index + 1, endLine: index + 1 };
      const is = { container, exported: exported !== undefined };
      definitions.push({ name, kind, signature, start: start + indent, end, ...lines, ...is });
    }
    const used = /^use (\S+): (.*)$/.exec(content);
    if (used !== null) {
      const [, specifier = '', names = ''] = used;
      imports.push({ specifier, names: names.split(', '), start, end, reexport: false });
    }
    start = end + 1;
  });
  return { path, text, bytes: text.length, mtimeMs: 1, code: true, definitions, imports, ...more };
}

/** An index of files in that language, by their paths. */
export function indexOf(files: Readonly<Record<string, string>>): RepositoryIndex {
  const index = new RepositoryIndex();
  for (const [path, text] of Object.entries(files)) index.set(madeUpFile(path, text));
  return index;
}

/** Few words, so that files share them. */
const word = fc.constantFrom('add', 'cart', 'Item', 'price', 'total', 'user', 'käse', '$id', 'x');
const line = fc.oneof(
  fc.tuple(fc.constantFrom('', 'pub '), fc.constantFrom('def', 'type', 'const'), word).map((all) => {
    const [visibility, kind, name] = all;
    return `${visibility}${kind} ${name}(a, b)`;
  }),
  fc.array(word, { maxLength: 5 }).map((words) => `  ${words.join('(')}`),
  fc.tuple(word, word).map(([a, b]) => `  def ${a}(${b})`),
  fc.constant(''),
  fc.tuple(word, word).map(([a, b]) => `use ${a}: ${b}`),
);

/** Texts in that language. */
export const madeUpText = fc.array(line, { maxLength: 40 }).map((lines) => lines.join('\n'));
/** Paths of a few folders. */
export const madeUpPath = fc.constantFrom(
  'a.ts',
  'b.ts',
  'src/a.ts',
  'src/b.test.ts',
  'src/deep/c.ts',
  'é/ü.ts',
);
