/** Braces in braces that are followed: more is text that doesn't parse, and would exhaust the stack. */
const mostDepth = 32;

/** The single paths of `a::{b, c::{D, E as F}}`, as written, without blanks around them. */
export function expandBraces(path: string, depth = 0): string[] {
  const open = path.indexOf('{');
  if (open === -1) return [path.trim()];
  if (depth === mostDepth) return [];
  const close = path.lastIndexOf('}');
  const head = path.slice(0, open).trim();
  return itemsOf(path.slice(open + 1, close > open ? close : path.length)).flatMap((item) =>
    expandBraces(head + item, depth + 1),
  );
}

/** What the commas outside of inner braces part. */
function itemsOf(list: string): string[] {
  const items: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= list.length; at += 1) {
    const char = list[at];
    if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    else if (char === undefined || (char === ',' && depth <= 0)) {
      items.push(list.slice(start, at).trim());
      start = at + 1;
    }
  }
  return items.filter((item) => item !== '');
}
