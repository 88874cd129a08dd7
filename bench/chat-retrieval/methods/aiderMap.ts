import type { AnalysedFile } from '../../context/analysis.ts';
import { pageRank } from '../../context/methods/pageRank.ts';
import { stopWords, type Found, type RetrievalMethod } from './method.ts';

/** aider's weights of an edge. */
const mentioned = 10;
const telling = 10;
const ownish = 0.1;
const common = 0.1;
const tellingLength = 8;
const mostDefiners = 5;
/** The rank's restart is 100 / files for each reason that the question gives for a file. */
const personalised = 100;

interface Target {
  readonly node: number;
  readonly name: string;
  readonly places: readonly Found[];
}

interface State {
  readonly files: readonly AnalysedFile[];
  readonly targets: readonly Target[];
  readonly definers: ReadonlyMap<string, readonly number[]>;
  /** Of each file: how often it mentions each name that something defines. */
  readonly mentions: readonly ReadonlyMap<string, number>[];
}

/**
 * aider's map of a repository for a question, from its description: PageRank over files, from each that mentions a name to
 * each that defines it, started at the files whose paths have words of the question, with ten times the weight for names
 * that the question has; every rank is shared out to the names on its edges, and the definitions of the best names come
 * first. References are all words of a file, and uses are damped by one square root, whatever the order of the definers.
 */
export const aiderMap: RetrievalMethod = {
  name: 'aider-style map',
  of: ({ analysis }) => {
    const state = linked([...analysis.files.values()]);
    return (question, limit) => Promise.resolve(ranked(state, question).slice(0, limit));
  },
};

function linked(files: readonly AnalysedFile[]): State {
  const targets: Target[] = [];
  const definers = new Map<string, number[]>();
  for (const [node, file] of files.entries()) {
    const tags = file.definitions.filter(({ kind }) => kind !== 'property' && kind !== 'enumMember');
    for (const [name, own] of Map.groupBy(tags, (one) => one.name)) {
      const known = definers.get(name);
      if (known === undefined) definers.set(name, [targets.length]);
      else known.push(targets.length);
      const places = own.map(({ startLine, endLine }) => ({ path: file.path, startLine, endLine }));
      targets.push({ node, name, places });
    }
  }
  const mentions = files.map((file) => {
    const counts = new Map<string, number>();
    for (const word of file.text.match(/[A-Za-z_$][\w$]*/g) ?? []) {
      if (definers.has(word)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    return counts;
  });
  return { files, targets, definers, mentions };
}

function ranked({ files, targets, definers, mentions }: State, question: string): Found[] {
  const words = new Set(
    question.split(/\W+/).filter((word) => word !== '' && !stopWords.has(word.toLowerCase())),
  );
  const edges = mentions.map((counts, node) => {
    const to: number[] = [];
    const weight: number[] = [];
    for (const [name, count] of counts) {
      const all = definers.get(name) ?? [];
      const factor = weightOf(name, all.length) * (words.has(name) ? mentioned : 1) * Math.sqrt(count);
      for (const target of all) {
        if (targets[target]?.node === node) continue;
        to.push(target);
        weight.push(factor);
      }
    }
    return { to, weight };
  });
  const byNode = edges.map(({ to, weight }) => ({
    to: to.map((target) => targets[target]?.node ?? 0),
    weight,
  }));
  const ranks = pageRank(byNode, restartOf(files, words));
  const shares = new Float64Array(targets.length);
  for (const [node, { to, weight }] of edges.entries()) {
    const total = weight.reduce((sum, one) => sum + one, 0) || 1;
    for (const [at, target] of to.entries())
      shares[target] = (shares[target] ?? 0) + ((ranks[node] ?? 0) * (weight[at] ?? 0)) / total;
  }
  return targets
    .map((target, at) => ({ target, share: shares[at] ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => b.share - a.share)
    .flatMap(({ target }) => target.places);
}

/** Walks start anew at the files whose path has a word of the question as a folder, name or stem; else anywhere. */
function restartOf(files: readonly AnalysedFile[], words: ReadonlySet<string>): Float64Array {
  const share = personalised / files.length;
  const restart = Float64Array.from(files, ({ path }) => {
    const parts = path.split('/');
    const stem = (parts.at(-1) ?? '').replace(/\.[^.]*$/, '');
    return [...parts, stem].some((part) => words.has(part)) ? share : 0;
  });
  const sum = restart.reduce((all, one) => all + one, 0);
  return restart.map((one) => (sum === 0 ? 1 / files.length : one / sum));
}

function weightOf(name: string, definers: number): number {
  const compound = (/_/.test(name) && /[a-z]/i.test(name)) || (/[a-z]/.test(name) && /[A-Z]/.test(name));
  let weight = compound && name.length >= tellingLength ? telling : 1;
  if (name.startsWith('_')) weight *= ownish;
  if (definers > mostDefiners) weight *= common;
  return weight;
}
