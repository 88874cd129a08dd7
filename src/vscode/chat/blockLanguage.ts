/** VS Code's language identifiers by the names that blocks of Markdown use for them, where these differ. */
const identifiers: Readonly<Record<string, string>> = {
  ...{ ts: 'typescript', mts: 'typescript', cts: 'typescript', tsx: 'typescriptreact' },
  ...{ js: 'javascript', mjs: 'javascript', cjs: 'javascript', node: 'javascript', jsx: 'javascriptreact' },
  ...{ py: 'python', python3: 'python', rb: 'ruby', rs: 'rust', golang: 'go', kt: 'kotlin', cs: 'csharp' },
  ...{
    'c#': 'csharp',
    fs: 'fsharp',
    'f#': 'fsharp',
    'c++': 'cpp',
    cc: 'cpp',
    cxx: 'cpp',
    hpp: 'cpp',
    h: 'c',
  },
  ...{ sh: 'shellscript', bash: 'shellscript', shell: 'shellscript', zsh: 'shellscript', ps1: 'powershell' },
  ...{
    md: 'markdown',
    yml: 'yaml',
    htm: 'html',
    docker: 'dockerfile',
    make: 'makefile',
    bat: 'bat',
    cmd: 'bat',
  },
  ...{ tex: 'latex', pl: 'perl', jl: 'julia', objc: 'objective-c', gitignore: 'ignore', patch: 'diff' },
};

/** VS Code's identifier for a block's language, if it is among those that are `known`; else plain text. */
export function languageIdentifier(name: string, known: ReadonlySet<string>): string {
  const lower = name.trim().toLowerCase();
  const identifier = identifiers[lower] ?? lower;
  return known.has(identifier) ? identifier : 'plaintext';
}
