import path from 'node:path';
import { findTarget } from '../../src/core/refactor/target.ts';
import type { RefactorTarget } from '../../src/core/refactor/types.ts';
import { changed, changeKinds, type ChangeKind } from './changes.ts';
import type { OwnFacts, OwnParse } from './ownParse.ts';
import type { ParserFacts } from './parserFacts.ts';
import { Chance } from './random.ts';
import type { RefactorSource } from './sources.ts';

/** A change of a real definition that is known to be right: it parses and loses nothing. */
export interface RefactorCase {
  readonly path: string;
  readonly extension: string;
  readonly change: ChangeKind;
  readonly target: RefactorTarget;
  /** The target's lines before and after. */
  readonly was: readonly string[];
  readonly now: readonly string[];
  /** The whole file after the change. */
  readonly intended: string;
  readonly before: OwnFacts;
}

const shortest = 4;
const longest = 80;
/** Changes that are tried for one definition until one is right. */
const tries = 12;

/**
 * At most `count` cases, as many for each language, spread over the files; each kind of change in turn. The target is
 * what a cursor on the definition's first line stands for.
 */
export async function makeCases(
  sources: readonly RefactorSource[],
  count: number,
  seed: number,
  { facts, own }: { readonly facts: ParserFacts; readonly own: OwnParse },
): Promise<RefactorCase[]> {
  const chance = new Chance(seed);
  const byLanguage = Map.groupBy(sources, (source) => path.extname(source.path));
  const each = Math.ceil(count / byLanguage.size);
  const cases: RefactorCase[] = [];
  for (const files of byLanguage.values()) {
    const targets = (await Promise.all(files.map((file) => targetsIn(file, facts, own)))).flat();
    let turn = chance.below(changeKinds.length);
    let made = 0;
    for (const target of chance.shuffled(targets)) {
      if (made === each) break;
      const one = makeCase(target, turn, chance, own);
      if (one === null) continue;
      cases.push(one);
      made += 1;
      turn += 1;
    }
  }
  return cases.slice(0, count);
}

/** Functions and methods of a fitting length in a file that parses. */
async function targetsIn(file: RefactorSource, facts: ParserFacts, own: OwnParse): Promise<RefactorTarget[]> {
  if (own.facts(file.path, file.text).errors > 0) return [];
  const language = path.extname(file.path).slice(1);
  const { definitions = [] } = (await facts.facts(language, file.path, file.text)) ?? {};
  return definitions.flatMap((definition) => {
    const length = definition.endLine - definition.startLine + 1;
    if (!/^(?:function|method)$/.test(definition.kind) || length < shortest || length > longest) return [];
    const found = findTarget(
      { ...file, language },
      { start: definition.start, end: definition.start },
      definitions,
    );
    if ('code' in found || found.target.definition?.name !== definition.name) return [];
    return isWholeLines(found.target) ? [found.target] : [];
  });
}

function isWholeLines({ file: { text }, start, end }: RefactorTarget): boolean {
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return before.trim() === '' && /^\r?(?:\n|$)/.test(text.slice(end));
}

function makeCase(target: RefactorTarget, turn: number, chance: Chance, own: OwnParse): RefactorCase | null {
  const { file, start, end } = target;
  const from = file.text.lastIndexOf('\n', start - 1) + 1;
  const was = file.text.slice(from, end).split('\n');
  const extension = path.extname(file.path);
  const before = own.facts(file.path, file.text);
  for (let at = 0; at < tries; at += 1) {
    // A kind that does not fit gives way to the next one.
    const change = changeKinds[(turn + Math.floor(at / 4)) % changeKinds.length] ?? 'literal';
    const now = changed(change, was, extension, chance);
    // Nobody ends a definition with a blank line.
    if (now === null || now.join('\n') === was.join('\n') || now.at(-1)?.trim() === '') continue;
    const intended = file.text.slice(0, from) + now.join('\n') + file.text.slice(end);
    const after = own.facts(file.path, intended);
    const isWhole = [...before.names].every(([name, number]) => (after.names.get(name) ?? 0) === number);
    if (after.errors === 0 && isWhole && after.names.size === before.names.size)
      return { path: file.path, extension, change, target, was, now, intended, before };
  }
  return null;
}
