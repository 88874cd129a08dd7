import { isSecretPath } from './secretPaths.ts';

/** Why a file or folder is no source of context. */
export type ExclusionReason =
  | 'ignored'
  | 'excluded-by-setting'
  | 'secret'
  | 'vendored'
  | 'generated'
  | 'minified'
  | 'binary'
  | 'too-large'
  | 'slow'
  | 'unreadable'
  | 'outside'
  | 'no-file';

export interface Exclusion {
  readonly reason: ExclusionReason;
  /** What decided it in this case, for people: "`dist/` in line 3 of packages/a/.gitignore". */
  readonly detail: string;
}

/** One sentence per reason, for people; the detail of the exclusion says what decided it. */
export const exclusionSentences: Readonly<Record<ExclusionReason, string>> = {
  ignored: 'An ignore file excludes it.',
  'excluded-by-setting': 'The setting files.exclude excludes it.',
  secret: 'Its name says that it may hold passwords, keys or tokens.',
  vendored: 'It belongs to a copy of code from elsewhere, or to a tool.',
  generated: 'A program has written it.',
  minified: 'It is minified, or data that nobody reads.',
  binary: 'It is not text.',
  'too-large': 'It is too large (over 1 MB).',
  slow: 'It took too long to parse.',
  unreadable: 'It could not be read.',
  outside: 'It lies outside of the workspace folder, or is a link that leads out of it.',
  'no-file': 'There is no such file.',
};

/** Larger files are generated or data. */
export const mostBytes = 1 << 20;

/** Whether a result is an exclusion in place of what was asked for. */
export function isExclusion(value: object): value is Exclusion {
  return 'reason' in value && 'detail' in value;
}

/**
 * Folders of packages, of version control and of tools' caches. `build`, `dist`, `out`, `target` are none: where they
 * are written by a program, an ignore file says so, and where none does, people keep code in them.
 */
const vendoredFolders =
  /^(node_modules|bower_components|jspm_packages|web_modules|vendor|third[_-]party|3rdparty|site-packages|dist-packages|\.?venv|__pycache__|__pypackages__|\.(git|hg|svn|bzr|jj|tox|nox|mypy_cache|pytest_cache|ruff_cache|eggs|gradle|m2|terraform|serverless|yarn|pnpm-store|npm|cargo|bundle|dart_tool|parcel-cache|turbo|nx|next|nuxt|svelte-kit|angular|cache|nyc_output|vscode-test)|.*\.(egg-info|dist-info|xcassets))$/i;

const lockFiles =
  /^(package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|packages\.lock\.json|gradle\.lockfile|package\.resolved|go\.sum|go\.work\.sum|\.terraform\.lock\.hcl|\.pnp\.(c|loader\.m)?js|.*\.(lock|lockb))$/i;
const generatedNames =
  /(\.pb(objc)?\.[a-z.]+|_pb2(_grpc)?\.pyi?|_pb(_service)?\.(js|ts|d\.ts|rb)|\.(g|gr|freezed|mocks|config|chopper)\.dart|\.g\.(cs|i\.cs|kt)|\.designer\.(cs|vb)|[._-]generated\.[a-z]+|\.gen\.(go|ts|tsx|js|rs|cs)|\.snap|\.js\.flow|\.tsbuildinfo)$|^(zz_generated.*|bindata\.go|.*\.generated\..+)$/i;
const minifiedNames = /[.-]min\.(js|mjs|cjs|css|html|json|svg)$|\.(bundle|chunk|packed)\.(js|mjs|cjs|css)$/i;

/** Endings of what is not text, or not text that people write, by what they are. */
const kinds: readonly [string, RegExp][] = [
  ['maps of generated code', /\.(map|js\.map|css\.map)$/i],
  [
    'pictures',
    /\.(png|jpe?g|gif|bmp|ico|icns|webp|avif|heic|tiff?|psd|ai|eps|sketch|fig|xcf|svgz?|cur|tga|dds|exr|hdr)$/i,
  ],
  ['sound or film', /\.(mp3|mp4|m4[av]|wav|ogg|oga|ogv|flac|aac|avi|mov|mkv|webm|wmv|mpe?g|mid)$/i],
  ['fonts', /\.(ttf|otf|woff2?|eot)$/i],
  ['documents', /\.(pdf|docx?|xlsx?|pptx?|od[tspg]|rtf|epub|mobi|djvu|pages|numbers)$/i],
  [
    'archives',
    /\.(zip|tar|t?gz|tgz|bz2|xz|zst|lz4|br|7z|rar|jar|war|ear|aar|apk|ipa|dmg|iso|img|deb|rpm|msi|cab|nupkg|vsix|whl|egg|gem|crate|crx|xpi|pack|idx)$/i,
  ],
  [
    'programs or compiled code',
    /\.(exe|dll|so(\.\d+)*|dylib|lib|a|o|obj|ko|elf|bin|class|py[cod]|wasm|bc|pdb|ilk|node|beam|rlib|rmeta|swiftmodule|gch|pch|nib|uf2)$/i,
  ],
  [
    'databases, data sets or model files',
    /\.(db3?|s3db|sqlite3?|mdb|accdb|dbf|parquet|arrow|feather|avro|orc|npy|npz|h5|hdf5|pkl|pickle|joblib|mat|rdata|rds|onnx|gguf|ggml|safetensors|ckpt|pth?|tflite|mlmodel|pb|weights)$/i,
  ],
  ['3D models or drawings', /\.(fbx|blend|3ds|stl|glb|dae|dwg|dxf|step|stp|iges|usdz?)$/i],
  ['certificates', /\.(crt|cer|der|p7[bcs]|csr|crl)$/i],
];

/** Why a folder or file is excluded for its own name (without those of the folders above it); null where it isn't. */
export function nameExclusion(name: string, isFolder: boolean): Exclusion | null {
  if (isFolder) {
    return vendoredFolders.test(name) ? { reason: 'vendored', detail: `the folder \`${name}\`` } : null;
  }
  if (lockFiles.test(name))
    return { reason: 'generated', detail: `\`${name}\` is written by a package manager` };
  if (minifiedNames.test(name)) return { reason: 'minified', detail: `the name \`${name}\`` };
  if (generatedNames.test(name)) return { reason: 'generated', detail: `the name \`${name}\`` };
  const kind = kinds.find(([, ending]) => ending.test(name));
  if (kind === undefined) return null;
  const ending = name.slice(name.lastIndexOf('.'));
  const reason = ending.toLowerCase() === '.map' ? 'generated' : 'binary';
  return { reason, detail: `\`${ending}\` files are ${kind[0]}` };
}

/**
 * Why a file is excluded for its path in the workspace folder (with `/`) alone, by the rules that are built in; null
 * where it isn't.
 */
export function pathExclusion(path: string): Exclusion | null {
  if (isSecretPath(path)) return secretExclusion(path);
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  for (const folder of folders) {
    const excluded = nameExclusion(folder, true);
    if (excluded !== null) return excluded;
  }
  return nameExclusion(name, false);
}

export function secretExclusion(path: string): Exclusion {
  return { reason: 'secret', detail: `the name of ${path}` };
}

/** What a text must not exceed, in UTF-16 units and shares of its characters that aren't blank. */
const limits = {
  /** Mean length of the lines, as Tabby and StarCoder's data have it at 150 and 100. */
  meanLine: 150,
  /** Hearth offers no completions in longer lines. */
  line: 5_000,
  /** Least share of letters and digits, most share of digits: those of Tabby and StarCoder's data. */
  leastAlphanumeric: 0.25,
  mostDigits: 0.5,
  /** In shorter texts shares and means say nothing. */
  leastUnits: 1_000,
} as const;
/** Here a paragraph is a line. */
const prose = /\.(md|mdx|markdown|rst|adoc|asciidoc|txt|tex|org|html?|ipynb)$/i;

/** Why a file is excluded for what it holds; null where it isn't. `text` is its whole content. */
export function contentExclusion(path: string, text: string): Exclusion | null {
  if (text.includes('\0')) return { reason: 'binary', detail: 'it holds NUL characters' };
  const header = generatedHeader(text);
  if (header !== null) return { reason: 'generated', detail: `its header says \`${header}\`` };
  const { lines, longest, visible, letters, digits } = measure(text);
  if (longest > limits.line) return { reason: 'minified', detail: `a line of ${longest} characters` };
  if (text.length < limits.leastUnits || visible === 0) return null;
  const mean = Math.round(text.length / lines);
  if (mean > limits.meanLine && !prose.test(path)) {
    return { reason: 'minified', detail: `its lines have ${mean} characters on average` };
  }
  const share = (count: number): string => `${Math.round((100 * count) / visible)} %`;
  if (digits / visible > limits.mostDigits) {
    return { reason: 'minified', detail: `${share(digits)} of its characters are digits` };
  }
  if ((letters + digits) / visible < limits.leastAlphanumeric) {
    return {
      reason: 'minified',
      detail: `${share(letters + digits)} of its characters are letters or digits`,
    };
  }
  return null;
}

/** Lines and units of the beginning in which a generator names itself. */
const header = { lines: 10, units: 2_000 } as const;
const commentLine = /^\s*(?:\/\/|\/\*|\*|#|--|;|%|<!--|\(\*|'|"""|REM\b)/i;
/** All of them hold `generated`. */
const generatedWords = [
  // The form that Go fixes, https://go.dev/s/generatedcode, and that others took over.
  /\bgenerated\b.{0,200}?\bdo not (?:edit|modify|change|touch)\b/i,
  /\b(?:do not|don't) (?:manually )?(?:edit|modify|change|touch)\b.{0,120}?\b(?:auto-?|automatically )?generated\b/i,
  /(?:^|\s)@generated\b/,
  /<auto-?generated\b/i,
  /\b(?:this|the following) (?:file|code|source|module|class)\b.{0,40}?\b(?:auto-?|automatically |machine[- ])generated\b/i,
];

/** What the comments at a text's beginning say of the program that wrote it; null where they don't. */
function generatedHeader(text: string): string | null {
  const beginning = text.slice(0, header.units);
  if (!/generated/i.test(beginning)) return null;
  const lines = beginning.split('\n', header.lines);
  const comments = lines.filter((line) => commentLine.test(line));
  const said = comments.map((line) => line.replace(commentLine, '').trim()).join(' ');
  for (const words of generatedWords) {
    const found = words.exec(said)?.[0].trim();
    if (found !== undefined) return found.length > 80 ? `${found.slice(0, 79)}…` : found;
  }
  return null;
}

interface Measure {
  lines: number;
  longest: number;
  /** Units that aren't blank; letters among them (all beyond ASCII count as such), and digits. */
  visible: number;
  letters: number;
  digits: number;
}

/** What a unit adds to the sum of its line: 1 for a letter, 65,536 for a digit. No line that counts has so many. */
const weights = Int32Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (/\d/.test(character)) return 1 << 16;
  return /[A-Za-z]/.test(character) ? 1 : 0;
});

function measure(text: string): Measure {
  const counts: Measure = { lines: 0, longest: 0, visible: 0, letters: 0, digits: 0 };
  for (let start = 0; start <= text.length;) {
    const found = text.indexOf('\n', start);
    const end = found === -1 ? text.length : found;
    counts.lines += 1;
    counts.longest = Math.max(counts.longest, end - start);
    measureLine(text, start, end, counts);
    start = end + 1;
  }
  return counts;
}

function measureLine(text: string, start: number, end: number, counts: Measure): void {
  let sum = 0;
  let visible = 0;
  for (let at = start; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    visible += unit > 32 ? 1 : 0;
    sum += unit < 128 ? (weights[unit] ?? 0) : 1;
  }
  counts.visible += visible;
  counts.letters += sum & 0xffff;
  counts.digits += sum >>> 16;
}
