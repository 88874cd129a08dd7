/**
 * `npm run tune:context [-- --lines N] [--check]`: learns the weights of src/core/context/learntWeights.ts from lines of
 * the repositories that are not held out, drawn with another seed than the benchmark's. `--check` writes nothing and
 * says how well weights that were learnt without a repository do on it.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runMain } from '../../scripts/runMain.ts';
import { arrange, textOf } from '../../src/core/context/arrange.ts';
import { findCandidates, type SymbolCandidate } from '../../src/core/context/candidates.ts';
import { featureNames } from '../../src/core/context/features.ts';
import { countByUnits } from '../../src/core/context/items.ts';
import { pack } from '../../src/core/context/pack.ts';
import { itemOf } from '../../src/core/context/signatures.ts';
import { probability, type Weights } from '../../src/core/context/weights.ts';
import { identifiersIn } from '../../src/core/index/chunks.ts';
import { RepositoryIndex } from '../../src/core/index/repositoryIndex.ts';
import { isExclusion } from '../../src/core/index/exclusions.ts';
import { fileFacts, languageOf } from '../../src/workspace/fileFacts.ts';
import { importedFiles } from '../../src/workspace/importedFiles.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { readProjectFacts } from '../../src/workspace/projectFiles.ts';
import { shippedParsers } from '../../test/support/grammars.ts';
import { analyse } from './analysis.ts';
import { groundTruth, neededOf, visibleAbove, visibleBelow, type HeldOutLine } from './groundTruth.ts';
import { fit, type Observation } from './regression.ts';
import { loadRepositories, type Repository } from './repository.ts';

const seed = 11;
const target = path.join(import.meta.dirname, '../../src/core/context/learntWeights.ts');

/** A held-out line, what might stand on it, and what it needs. */
interface Example {
  readonly repository: string;
  readonly line: HeldOutLine;
  readonly candidates: readonly SymbolCandidate[];
}

interface Learnt {
  readonly visible: Weights;
  readonly unseen: Weights;
}

async function examplesOf(repository: Repository, parsers: Parsers, count: number): Promise<Example[]> {
  const { lines } = await groundTruth(await analyse(repository, parsers), parsers, { seed, count });
  const all = [...repository.files, ...repository.manifests];
  const texts = new Map(all.map((file) => [file.path, file.text]));
  const project = await readProjectFacts([...texts.keys()].sort(), (file) =>
    Promise.resolve(texts.get(file) ?? null),
  );
  const index = new RepositoryIndex();
  const put = async (file: string, text: string) => {
    const facts = await fileFacts(parsers, file, { text, bytes: text.length, mtimeMs: 0 });
    if (isExclusion(facts)) throw new Error(`${file}: ${facts.detail}`);
    index.set(facts);
    return facts;
  };
  for (const file of all) await put(file.path, file.text);
  const examples: Example[] = [];
  for (const line of lines) {
    const { imports } = await put(line.path, line.text);
    const first = Math.max(0, line.line - visibleAbove);
    const visible = line.text.split('\n').slice(first, line.line + visibleBelow + 1);
    const place = {
      path: line.path,
      lines: visible,
      startLine: first + 1,
      cursor: line.line - first,
      column: line.column,
    };
    const taken = importedFiles(languageOf(line.path), line.path, imports, { index, project });
    examples.push({ repository: repository.name, line, candidates: findCandidates(index, place, taken) });
    await put(line.path, texts.get(line.path) ?? '');
  }
  return examples;
}

function learn(examples: readonly Example[]): Learnt {
  const observations = (visible: boolean): Observation[] =>
    examples.flatMap(({ line, candidates }) => {
      const needed = new Set(line.needed.map(({ name }) => name));
      return candidates
        .filter((one) => one.visible === visible)
        .map((one) => ({
          features: featureNames.map((name) => one.features[name]),
          happened: needed.has(one.name),
        }));
    });
  return { visible: asWeights(observations(true)), unseen: asWeights(observations(false)) };
}

function asWeights(observations: readonly Observation[]): Weights {
  const { bias, weights } = fit(observations);
  const rounded = (value: number): number => Math.round(value * 100) / 100;
  const of = Object.fromEntries(featureNames.map((name, at) => [name, rounded(weights[at] ?? 0)]));
  return { bias: rounded(bias), of: of as Weights['of'] };
}

/** Identifier recall in percent, by class and budget. */
function recall(
  examples: readonly Example[],
  { visible, unseen }: Learnt,
  budgets: readonly number[],
): string {
  const found = new Map<string, [number, number]>();
  for (const { line, candidates } of examples) {
    const items = candidates.map((one) =>
      itemOf(one, probability(one.features, one.visible ? visible : unseen)),
    );
    for (const budget of budgets) {
      const names = new Set(identifiersIn(textOf(arrange(pack(items, { budget, count: countByUnits })))));
      for (const wanted of ['seen', 'unseen'] as const) {
        for (const { name } of neededOf(line, wanted)) {
          const key = `${wanted} @${budget}`;
          const [hits, all] = found.get(key) ?? [0, 0];
          found.set(key, [hits + Number(names.has(name)), all + 1]);
        }
      }
    }
  }
  return [...found]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, [hits, all]]) => `${key} ${((100 * hits) / all).toFixed(1)} %`)
    .join(', ');
}

function check(examples: readonly Example[]): void {
  const names = [...new Set(examples.map(({ repository }) => repository))];
  // Four rounds, in each of which a quarter of the repositories is kept from learning.
  for (let round = 0; round < 4; round += 1) {
    const kept = new Set(names.filter((_, at) => at % 4 === round));
    const learnt = learn(examples.filter(({ repository }) => !kept.has(repository)));
    for (const name of kept) {
      const own = examples.filter(({ repository }) => repository === name);
      console.log(`${name}: ${recall(own, learnt, [256, 1024])}`);
    }
  }
}

function source({ visible, unseen }: Learnt): string {
  const block = (name: string, comment: string, { bias, of }: Weights): string => {
    const lines = Object.entries(of).map(([feature, weight]) => `    ${feature}: ${weight},`);
    return `/** ${comment} */\nexport const ${name}: Weights = {\n  bias: ${bias},\n  of: {\n${lines.join('\n')}\n  },\n};\n`;
  };
  return [
    "import type { Weights } from './weights.ts';\n",
    '// Written by bench/context/tune.ts: learnt from lines of the repositories that bench/context/repositories.json does not\n' +
      '// hold out. Run it again when a feature changes.\n',
    block('visibleWeights', 'For names that the visible window holds already.', visible),
    block('unseenWeights', 'For names that it does not hold.', unseen),
  ].join('\n');
}

await runMain(async () => {
  const { values } = parseArgs({ options: { lines: { type: 'string' }, check: { type: 'boolean' } } });
  const { repositories, missing } = loadRepositories();
  for (const sentence of missing) console.error(sentence);
  const parsers = shippedParsers();
  const examples: Example[] = [];
  for (const repository of repositories.filter(({ heldOut }) => !heldOut)) {
    const some = await examplesOf(repository, parsers, Number(values.lines ?? 200));
    const needed = some.flatMap(({ line }) => line.needed.map(({ name }) => name)).length;
    const reached = some.flatMap(({ line, candidates }) => {
      const names = new Set(candidates.map(({ name }) => name));
      return line.needed.filter(({ name }) => names.has(name));
    }).length;
    console.log(
      `${repository.name}: ${some.length} lines, ${reached} of ${needed} needed names are candidates`,
    );
    examples.push(...some);
  }
  if (values.check === true) check(examples);
  else writeFileSync(target, source(learn(examples)));
  return 0;
});
