/** The clipboard, and the command that copies what is selected in the terminal, if something is. */
export interface TerminalPorts {
  /** '' for what is no text. */
  readonly readText: () => Thenable<string>;
  readonly writeText: (text: string) => Thenable<void>;
  readonly copySelection: () => Thenable<unknown>;
}

/** Stands in the clipboard while it is looked whether a selection takes its place. */
const mark = 'Hearth looks for a selection in the terminal.';

/**
 * What is selected in the terminal, which VS Code only gives by way of the clipboard: its text is put back. '' where
 * nothing is selected; what is no text, such as a picture, then stays in the clipboard.
 */
export async function terminalSelection({
  readText,
  writeText,
  copySelection,
}: TerminalPorts): Promise<string> {
  const before = await readText();
  // What was copied before must not pass for a selection.
  if (before !== '') await writeText(mark);
  try {
    await copySelection();
    const text = await readText();
    return text === mark ? '' : text;
  } finally {
    if (before !== '' || (await readText()) !== '') await writeText(before);
  }
}
