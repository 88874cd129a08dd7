/** A text as the source of a pattern that matches just it. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);
}

/** The source of a pattern (with the flag `u`) that matches a name where it stands by itself, not within another one. */
export function wholeWord(name: string): string {
  return String.raw`(?<![\p{L}\p{N}_$])${escaped(name)}(?![\p{L}\p{N}_$])`;
}
