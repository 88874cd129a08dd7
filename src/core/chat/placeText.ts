import type { Place } from './context.ts';

/** Where a word names a place: offsets in the word, `end` behind the last unit that belongs to it. */
export interface PlaceWord {
  readonly place: Place;
  readonly end: number;
}

/**
 * Extensions of files that people speak of in a project, for names without a folder or a line: `array.map` and
 * `example.com` look the same. Those of the grammars that ship, and of common configuration and documents.
 */
const extensions = new Set(
  (
    'ts mts cts tsx js mjs cjs jsx py pyi go rs java c cc cpp cxx h hh hpp hxx cs rb rake gemspec php kt kts swift ' +
    'scala sc lua bash sh zsh html htm css json jsonc yaml yml toml md mdx txt rst adoc sql vue svelte astro scss ' +
    'sass less xml gradle proto graphql tf ini cfg conf bat ps1 dart ex exs erl hs clj mm pl jl nix zig ' +
    'ipynb csv svg csproj sln cmake tex mk'
  ).split(' '),
);

/** Ends of hosts that no source file has; with a number behind it, `example.com:8080` is an address. */
const hostEnds = new Set([
  'com',
  'org',
  'net',
  'io',
  'dev',
  'local',
  'localhost',
  'edu',
  'gov',
  'app',
  'internal',
]);

/** Files without an extension, or with one that others have not. */
const bareNames = new Set(
  (
    'Makefile GNUmakefile Dockerfile Containerfile Jenkinsfile Gemfile Rakefile Procfile Vagrantfile Justfile Podfile ' +
    'Brewfile LICENSE CODEOWNERS go.mod go.sum .env .gitignore .gitattributes .dockerignore .editorconfig .npmrc'
  ).split(' '),
);

/** Products that are written like a file. */
const products = /^(?:node|next|vue|nuxt|three|express|react|angular|d3|chart|socket|ember|backbone)\.js$/i;

const pathText =
  /^(?:\.{0,2}\/)*(?:[\p{L}\p{N}_.@+~$%[\]()-][\p{L}\p{N}_.@+~$%[\]()\- ]*\/)*[\p{L}\p{N}_.@+~$%[\]()-][\p{L}\p{N}_.@+~$%[\]()\- ]*$/u;

/** Lines behind a path: `:3`, `:3-9`, `:3:14`, `#L3-L9`, `#L3C2-L9C1`, `:L3-L9`, also with a longer dash. */
const linesText =
  /(?::L?|#L?)(\d{1,7})(?:C\d{1,5})?(?::\d{1,5}(?![-–—]))?(?:[-–—]L?(\d{1,7})(?:C\d{1,5})?)?$/;

/** Longer words are no path. */
const longestWord = 400;

/**
 * The place that a word names, or null. `bare`: whether a name alone is enough (in code and in links), where in prose a
 * path needs a folder or lines. What a sentence puts behind it is left out.
 */
export function placeOfWord(word: string, bare: boolean): PlaceWord | null {
  if (word.length > longestWord || word.includes('://')) return null;
  const text = word.replace(/[.,:;!?]{1,10}$/, '');
  const match = linesText.exec(text);
  const path = plainPath(match === null ? text : text.slice(0, match.index));
  if (path === null || !isFile(path, match !== null, bare)) return null;
  return { place: placeOf(path, match?.[1], match?.[2]), end: text.length };
}

/** A place by its path and the numbers of its lines, as they are written; without these, all of the file. */
export function placeOf(path: string, first?: string, last?: string): Place {
  const one = Number(first ?? 0);
  const other = Number(last ?? one);
  if (Math.min(one, other) < 1) return { path, startLine: 0, endLine: 0 };
  return { path, startLine: Math.min(one, other), endLine: Math.max(one, other) };
}

/** Whether a place means all of its file: it has lines 0 to 0. */
export function isWholeFile({ endLine }: Place): boolean {
  return endLine === 0;
}

/** A place as people write it: `counter.ts:3-9`, and the path alone for all of a file. */
export function placeLabel(place: Place): string {
  const { path, startLine, endLine } = place;
  if (isWholeFile(place)) return path;
  return endLine > startLine ? `${path}:${startLine}-${endLine}` : `${path}:${startLine}`;
}

/** The path without what says only that it begins at the workspace's root; null where it can't be one. */
function plainPath(text: string): string | null {
  if (!pathText.test(text)) return null;
  const path = text.replace(/^(?:\.?\/)+/, '');
  return path === '' ? null : path;
}

function isFile(path: string, lines: boolean, bare: boolean): boolean {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  if (bareNames.has(name)) return lines || bare || slash !== -1;
  // Version numbers and ellipses have a dot too, mail addresses an @ amid a word.
  const extension = /[^.]\.([A-Za-z][\w+]{0,11})$/.exec(name)?.[1];
  if (extension === undefined || /[^/]@[^/]*$/.test(path)) return false;
  if (slash === -1 ? hostEnds.has(extension) : isHost(path)) return false;
  if (lines) return true;
  const known = extensions.has(extension.toLowerCase());
  return known && (slash !== -1 || (bare && !products.test(name)));
}

/** Whether a path begins with the name of a host. */
function isHost(path: string): boolean {
  const first = path.slice(0, path.indexOf('/'));
  return first.startsWith('www.') || hostEnds.has(/\.([a-z]+)$/.exec(first)?.[1] ?? '');
}
