/** The formats in which files are dragged: VS Code's own with all of them, and the one that every program gives. */
const formats = ['application/vnd.code.uri-list', 'text/uri-list'];

/** Whether something with these formats can be dropped here. */
export function acceptsDrop(types: readonly string[]): boolean {
  return formats.some((format) => types.includes(format));
}

/** The addresses of what was dropped, each once. Comments of the format begin with `#`. */
export function droppedUris(getData: (format: string) => string): readonly string[] {
  for (const format of formats) {
    const uris = getData(format)
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    if (uris.length > 0) return [...new Set(uris)];
  }
  return [];
}
