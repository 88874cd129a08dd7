/** A command of a script, as words. */
export interface ScriptCommand {
  readonly words: readonly string[];
  /** Whether a shell would put something in. */
  readonly isComputed: boolean;
}

const part = /"((?:[^"\\]|\\.)*)"|'([^']*)'|(&&|\|\||[;|&\n])|([^\s"'&|;]+)/g;

/** The commands of a script of package.json. */
export function commandsOf(script: string): ScriptCommand[] {
  const commands: { words: string[]; isComputed: boolean }[] = [{ words: [], isComputed: false }];
  for (const [, double, single, end, bare] of script.matchAll(part)) {
    const command = commands.at(-1);
    if (end !== undefined || command === undefined) {
      commands.push({ words: [], isComputed: false });
      continue;
    }
    const word = double ?? single ?? bare ?? '';
    command.words.push(word.replace(/\\(["\\])/g, '$1'));
    if (single === undefined && /[$`]/.test(word)) command.isComputed = true;
  }
  return commands.filter(({ words }) => words.length > 0);
}

/** Options of the runners with a value behind them that could be taken for a path. */
const withValue = new Set(
  (
    '--import --require -r --loader --experimental-loader --test-reporter --test-reporter-destination ' +
    '--test-name-pattern --test-skip-pattern --test-concurrency --conditions -C --env-file --config -c --reporter -R ' +
    '--reporter-option --ui -u --timeout -t --root --dir --project --environment --testNamePattern --extension ' +
    '--ext --spec --ignore --exclude --file --watch-files --package --opts --outputFile --coverageDirectory ' +
    '--rootDir --roots --testMatch --testRegex --testPathPattern --testPathPatterns --selectProjects'
  ).split(' '),
);

/** The words behind a program: what it is to run, and its options. An option that is there without a value has ''. */
export function argumentsOf(words: readonly string[]): {
  readonly plain: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
} {
  const plain: string[] = [];
  const options = new Map<string, string[]>();
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!word.startsWith('-')) {
      plain.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    const hasNext = equals === -1 && withValue.has(name) && at + 1 < words.length;
    const value = hasNext ? (words[at + 1] ?? '') : equals === -1 ? '' : word.slice(equals + 1);
    if (hasNext) at += 1;
    options.set(name, [...(options.get(name) ?? []), value]);
  }
  return { plain, options };
}
