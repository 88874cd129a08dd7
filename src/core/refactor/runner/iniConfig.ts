/**
 * The settings of one section of an INI or TOML file, as far as they are texts: a value with several, in a list or on
 * lines of its own, has several. Null where there is no such section.
 */
export function readSection(text: string, section: string): ReadonlyMap<string, readonly string[]> | null {
  const lines = text.split(/\r\n?|\n/);
  const from = lines.findIndex((line) => line.replace(/\s*[#;].*$/, '').trim() === `[${section}]`);
  if (from === -1) return null;
  const values = new Map<string, string[]>();
  let name = '';
  let isList = false;
  for (const line of lines.slice(from + 1)) {
    if (!isList && /^\[/.test(line)) break;
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const setting: RegExpExecArray | null = !isList ? /^([\w.-]+)\s*[=:]\s*(.*)$/.exec(line) : null;
    if (setting !== null) name = setting[1] ?? '';
    const rest: string = setting === null ? line : (setting[2] ?? '');
    isList = isList ? !rest.includes(']') : rest.startsWith('[') && !rest.includes(']');
    values.set(name, [...(setting === null ? (values.get(name) ?? []) : []), ...wordsOf(rest)]);
  }
  return values;
}

/** Quoted texts, or else words. */
function wordsOf(value: string): string[] {
  const plain = value.replace(/\s[#;].*$/, '').trim();
  const quotedTexts = Array.from(
    plain.matchAll(/"([^"]*)"|'([^']*)'/g),
    (match) => match[1] ?? match[2] ?? '',
  );
  const source = quotedTexts.length > 0 ? quotedTexts : [plain.replace(/[[\],]/g, ' ')];
  return source.flatMap((one) => one.split(/\s+/)).filter((one) => one !== '');
}
