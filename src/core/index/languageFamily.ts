/** A name for the languages that define for one another: that of a path's extension, or one for all of them. */
export function languageFamily(path: string): string {
  const extension = path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('/')) + 1);
  if (/^[cm]?[jt]sx?$/.test(extension)) return 'ts';
  return /^(h|hh|hpp|hxx|c|cc|cpp|cxx)$/.test(extension) ? 'c' : extension;
}
