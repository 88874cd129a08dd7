import { commandsOf, type ScriptCommand } from './commandLine.ts';
import { jestRecognition, reactScriptsRecognition } from './jest.ts';
import { mochaRecognition } from './mocha.ts';
import { nodeRecognition } from './nodeTest.ts';
import { anyOf, foldersOf, type ConfigFile, type ProjectFiles, type Recognition } from './recognition.ts';
import type { RunnerCall } from './runnerCall.ts';
import { readScriptConfig } from './scriptConfig.ts';
import { vitestRecognition } from './vitest.ts';

interface Runner {
  /** Where its name stands in a command; -1 for nowhere. */
  readonly find: (command: ScriptCommand) => number;
  /** The package that brings it; null for Node itself. */
  readonly dependency: string | null;
  readonly recognise: (path: string, call: RunnerCall) => Promise<Recognition>;
}

const called =
  (name: RegExp) =>
  ({ words }: ScriptCommand) =>
    words.findIndex((word) => name.test(word.slice(word.lastIndexOf('/') + 1)));

const runners: readonly Runner[] = [
  { find: called(/^vitest(?:\.m?js)?$/), dependency: 'vitest', recognise: vitestRecognition },
  { find: called(/^jest(?:\.js)?$/), dependency: 'jest', recognise: jestRecognition },
  {
    find: called(/^(?:react-scripts|craco)$/),
    dependency: 'react-scripts',
    recognise: reactScriptsRecognition,
  },
  { find: called(/^_?mocha(?:\.js)?$/), dependency: 'mocha', recognise: mochaRecognition },
  {
    find: (command) => (command.words.includes('--test') ? called(/^(?:node|tsx)$/)(command) : -1),
    dependency: null,
    recognise: nodeRecognition,
  },
];

/** What the runners do that the package of a file calls, or the next package above that calls one. */
export async function javascriptRecognition(path: string, files: ProjectFiles): Promise<Recognition> {
  for (const folder of foldersOf(path)) {
    const packageFile = await files.first(folder, ['package.json']);
    if (packageFile === null) continue;
    const calls = callsIn(packageFile, files);
    if (calls.length > 0)
      return anyOf(await Promise.all(calls.map(([runner, call]) => runner.recognise(path, call))));
  }
  return { kind: 'none' };
}

function callsIn(packageFile: ConfigFile, files: ProjectFiles): (readonly [Runner, RunnerCall])[] {
  const packageConfig = readScriptConfig(packageFile.text);
  const common = { packageFile, packageConfig, files };
  const scripts = [...packageConfig.values].filter(([name]) => name.startsWith('scripts.'));
  const commands = scripts.flatMap(([, { texts }]) => texts.flatMap(commandsOf));
  const inScripts = commands.flatMap((command) =>
    runners.flatMap((runner) => {
      const at = runner.find(command);
      if (at === -1) return [];
      const { words, isComputed } = command;
      return [[runner, { ...common, words: words.slice(at + 1), isComputed }] as const];
    }),
  );
  if (inScripts.length > 0) return inScripts;
  const isBrought = ({ dependency }: Runner): boolean =>
    dependency !== null &&
    ['dependencies', 'devDependencies'].some((list) => packageConfig.values.has(`${list}.${dependency}`));
  return runners
    .filter(isBrought)
    .map((runner) => [runner, { ...common, words: [], isComputed: false }] as const);
}
