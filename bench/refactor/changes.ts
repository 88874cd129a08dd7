import type { Chance } from './random.ts';

/** Changes of a definition that a program can make, and that a person could have asked for. */
export const changeKinds = ['literal', 'rename', 'insert', 'delete', 'wrap', 'replace'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** The definition's lines after a change by chance; null where there is nothing to change in this way. Whether it parses is not known yet. */
export function changed(
  kind: ChangeKind,
  lines: readonly string[],
  extension: string,
  chance: Chance,
): string[] | null {
  const inner = lines.flatMap((line, at) => (at > 0 && isStatement(line) ? [at] : []));
  if (inner.length === 0) return null;
  const at = chance.of(inner);
  const line = lines[at] ?? '';
  const indent = /^[ \t]*/.exec(line)?.[0] ?? '';
  if (kind === 'literal') return withLiteral(lines, chance);
  if (kind === 'rename') return withRenamed(lines, extension, chance);
  if (kind === 'insert')
    return [...lines.slice(0, at), indent + statement(extension, chance), ...lines.slice(at)];
  if (kind === 'delete') return [...lines.slice(0, at), ...lines.slice(at + 1)];
  if (kind === 'replace')
    return [...lines.slice(0, at), indent + statement(extension, chance), ...lines.slice(at + 1)];
  return wrapped(lines, at, 1 + chance.below(3), extension);
}

/** Whether a line looks like a statement of its own, or the beginning of one. */
function isStatement(line: string): boolean {
  return (
    /^\s*[\p{L}_$@]/u.test(line) &&
    !/^\s*(?:else|elif|elsif|except|catch|finally|rescue|ensure|case|default|when|end)\b/.test(line)
  );
}

function withLiteral(lines: readonly string[], chance: Chance): string[] | null {
  const number = /(?<![\w.$"'#-])\d+(?![\w.])/;
  const string = /(["'])([\w ,.:-]{2,40})\1/;
  const at = lines.flatMap((line, index) =>
    index > 0 && (number.test(line) || string.test(line)) ? [index] : [],
  );
  if (at.length === 0) return null;
  const line = chance.of(at);
  return lines.map((one, index) => {
    if (index !== line) return one;
    return number.test(one)
      ? one.replace(number, (found) => String(Number(found) + 1 + chance.below(40)))
      : one.replace(string, (_, quote: string, text: string) => `${quote}${text} again${quote}`);
  });
}

const declared = [
  /(?:const|let|var|mut)\s+([a-z_]\w*)\s*(?::[^=]+)?=/,
  /^\s*([a-z_]\w*)(?:, [a-z_]\w*)*\s*:=/,
  /^\s*([a-z_]\w*)\s*=[^=~>]/,
  /\blet\s+([a-z_]\w*)\b/,
];

function withRenamed(lines: readonly string[], extension: string, chance: Chance): string[] | null {
  const names = lines.slice(1).flatMap((line) => {
    const name = declared.map((one) => one.exec(line)?.[1]).find((one) => one !== undefined);
    return name === undefined || name.length < 2 ? [] : [name];
  });
  if (names.length === 0) return null;
  const name = chance.of(names);
  const now = /\.(?:py|rb|rs)$/.test(extension) ? `${name}_value` : `${name}Value`;
  const uses = new RegExp(String.raw`(?<![\w.$@:'"])${name}(?![\w$:'"])`, 'g');
  return lines.map((line) => line.replace(uses, now));
}

const words = ['ready', 'checked', 'pending', 'visited', 'limit', 'attempts', 'cached', 'total'];

function statement(extension: string, chance: Chance): string {
  const [name, value] = [chance.of(words), chance.below(1000)];
  const call = chance.is(0.5);
  if (extension === '.go') return call ? `report("${name}", ${value})` : `${name}Count += ${value}`;
  if (extension === '.rs') return call ? `report("${name}", ${value});` : `let ${name}_count = ${value};`;
  if (/\.(?:py|rb)$/.test(extension))
    return call ? `report("${name}", ${value})` : `${name}_count = ${value}`;
  return call ? `report('${name}', ${value});` : `const ${name}Count = ${value};`;
}

/** Some lines in a block of their own, one level deeper. */
function wrapped(lines: readonly string[], at: number, count: number, extension: string): string[] | null {
  const some = lines.slice(at, at + count);
  if (some.some((line) => line.trim() === '')) return null;
  const indent = /^[ \t]*/.exec(some[0] ?? '')?.[0] ?? '';
  const unit = lines.some((line) => line.startsWith('\t'))
    ? '\t'
    : /\.(?:py|rs)$/.test(extension)
      ? '    '
      : '  ';
  const inner = some.map((line) => unit + line);
  const [head, end] =
    extension === '.py'
      ? ['if enabled:', null]
      : extension === '.rb'
        ? ['if enabled', 'end']
        : /\.(?:go|rs)$/.test(extension)
          ? ['if enabled {', '}']
          : ['if (enabled) {', '}'];
  const block = [indent + head, ...inner, ...(end === null ? [] : [indent + end])];
  return [...lines.slice(0, at), ...block, ...lines.slice(at + count)];
}
