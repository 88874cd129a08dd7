/**
 * A sentence as VS Code's notifications may show it. They make a link of each `[words](address)`, commands
 * too, and the sentence can hold text from a model or from a repository: a blank between `]` and `(` leaves
 * every character readable and no link.
 */
export function plain(sentence: string): string {
  return sentence.replaceAll('](', '] (');
}
