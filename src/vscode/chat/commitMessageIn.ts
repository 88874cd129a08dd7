/** The commit message in an answer: its first block of code, else all of it, without quotes around it. */
export function commitMessageIn(answer: string): string {
  const block = /^[ \t]*(`{3,}|~{3,})[^\n]*\n([^]*?)(?:\n?^[ \t]*\1|$(?![^]))/m.exec(answer)?.[2];
  const text = (block ?? answer).trim();
  const quoted = /^(["'`])(.*)\1$/s.exec(text)?.[2];
  return (quoted ?? text).trim();
}
