/** What a setting says, as far as it is written out. */
export interface ConfigValue {
  /** Strings, and `true` and `false`. */
  readonly texts: readonly string[];
  /** Sources of regular expressions. */
  readonly patterns: readonly string[];
  /** Whether that is all: nothing of it is computed or named. */
  readonly isWhole: boolean;
}

/** The settings that a configuration in JavaScript, TypeScript or JSON writes out. */
export interface ScriptConfig {
  /** By the names that lead to it: `test.include`. */
  readonly values: ReadonlyMap<string, ConfigValue>;
  /** Whether settings from elsewhere are put in. */
  readonly isComposed: boolean;
}

interface Token {
  readonly kind: 'text' | 'pattern' | 'word' | 'sign';
  readonly value: string;
}

const tokens =
  /\/\/[^\n]*|\/\*[^]*?\*\/|'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`|([\p{L}_$][\p{L}\p{N}_$]*)|\.\.\.|\S/gu;
const pattern = /\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/[a-z]*/y;
/** A text with more is no configuration. */
const longest = 200_000;

/** Reads what is written out in a configuration; nothing of it is run. */
export function readScriptConfig(text: string): ScriptConfig {
  const all = text.length > longest ? [] : tokensOf(text);
  const values = new Map<string, ConfigValue>();
  const path: string[] = [];
  let isComposed = text.length > longest;
  for (const [at, { kind, value }] of all.entries()) {
    const before = all[at - 1];
    if (kind === 'sign' && '{[('.includes(value)) {
      const name = before?.kind === 'sign' && before.value === ':' ? (all[at - 2]?.value ?? '') : '';
      path.push(name === '' ? value : `${value}${name}`);
    } else if (kind === 'sign' && '}])'.includes(value)) path.pop();
    else if (value === '...' || value === 'mergeConfig') isComposed = true;
    if ((kind !== 'word' && kind !== 'text') || path.at(-1)?.startsWith('{') !== true) continue;
    if (before?.kind !== 'sign' || (before.value !== '{' && before.value !== ',')) continue;
    const name = [...path.map((one) => one.slice(1)).filter((one) => one !== ''), value].join('.');
    const found = valueAt(all, at + 1);
    if (found === null) continue;
    values.set(name, values.has(name) ? { ...found, isWhole: false } : found);
  }
  return { values, isComposed };
}

/** The value behind a name; null where it is an object, or the name is none of a setting. */
function valueAt(all: readonly Token[], colon: number): ConfigValue | null {
  const sign = all[colon];
  if (sign?.kind === 'sign' && (sign.value === ',' || sign.value === '}' || sign.value === '('))
    return { texts: [], patterns: [], isWhole: false };
  if (sign?.kind !== 'sign' || sign.value !== ':') return null;
  const first = all[colon + 1];
  if (first?.kind === 'sign' && first.value === '{') return null;
  if (first?.kind === 'sign' && first.value === '[') return listAt(all, colon + 2);
  const next = all[colon + 2];
  const ends = next === undefined || (next.kind === 'sign' && (next.value === ',' || next.value === '}'));
  return ends && first !== undefined ? literals([first]) : { texts: [], patterns: [], isWhole: false };
}

function listAt(all: readonly Token[], from: number): ConfigValue {
  const end = all.findIndex(({ kind, value }, at) => at >= from && kind === 'sign' && value === ']');
  return literals(
    all
      .slice(from, end === -1 ? all.length : end)
      .filter(({ kind, value }) => kind !== 'sign' || value !== ','),
  );
}

function literals(items: readonly Token[]): ConfigValue {
  const isText = ({ kind, value }: Token): boolean =>
    kind === 'text' || (kind === 'word' && (value === 'true' || value === 'false'));
  return {
    texts: items.filter(isText).map(({ value }) => value),
    patterns: items.filter(({ kind }) => kind === 'pattern').map(({ value }) => value),
    isWhole: items.every((one) => isText(one) || one.kind === 'pattern'),
  };
}

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  tokens.lastIndex = 0;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [whole, single, double, template, word] = match;
    if (whole.startsWith('//') || whole.startsWith('/*')) continue;
    const quoted = single ?? double ?? template;
    if (quoted !== undefined) {
      const isComputed = template?.includes('${') === true;
      found.push({ kind: isComputed ? 'word' : 'text', value: isComputed ? 'template' : unescaped(quoted) });
    } else if (word !== undefined) found.push({ kind: 'word', value: word });
    else {
      const regex = whole === '/' && isPatternNext(found.at(-1)) ? patternAt(text, match.index) : null;
      if (regex === null) found.push({ kind: 'sign', value: whole });
      else {
        found.push({ kind: 'pattern', value: regex.source });
        tokens.lastIndex = regex.end;
      }
    }
  }
  return found;
}

/** A slash divides behind a value. */
function isPatternNext(before: Token | undefined): boolean {
  return before === undefined || (before.kind === 'sign' && !')]}'.includes(before.value));
}

function patternAt(text: string, at: number): { source: string; end: number } | null {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? null : { source: match[1] ?? '', end: pattern.lastIndex };
}

function unescaped(text: string): string {
  return text.replace(/\\([^])/g, '$1');
}
