import picomatch from 'picomatch';

/**
 * The globs of VS Code's `files.exclude` that are on, as a test of paths relative to the workspace folder, which gives
 * the glob that matches. A glob names files and folders alike; a folder takes along what is below it.
 */
export function excludeTest(
  exclude: Readonly<Record<string, unknown>>,
  ignoreCase: boolean,
): (path: string) => string | null {
  const globs = Object.keys(exclude)
    // An object in place of `true` makes it depend on a sibling; the editor hides such a file, but it is source.
    .filter((glob) => exclude[glob] === true)
    .flatMap((glob) => {
      // What is `[!a]` to VS Code is `[^a]` to picomatch.
      const plain = glob
        .replace(/^\.?\//, '')
        .replace(/\/+$/, '')
        .replaceAll('[!', '[^');
      // VS Code's globs know neither `!(…)` nor a `!` in front.
      const options = { dot: true, nonegate: true, noextglob: true, nocase: ignoreCase, windows: false };
      return plain === '' ? [] : [{ glob, test: picomatch(plain, options) }];
    });
  return (path) => globs.find(({ test }) => test(path))?.glob ?? null;
}
