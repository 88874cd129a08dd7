import { stem } from './stem.ts';
import { wordsOf } from './subwords.ts';

/** A word of a question, as it is looked for in names. */
export interface QuestionTerm {
  /** In lower case and stemmed, and as it is written. */
  readonly word: string;
  readonly label: string;
  readonly weight: number;
}

/** What a question says, for a search by words. */
export interface QuestionTerms {
  readonly words: readonly QuestionTerm[];
  /** All words as they follow each other, stemmed, stop words included: names may be written with blanks. */
  readonly sequence: readonly string[];
  /** What is written as a name of code: with its weight. */
  readonly names: ReadonlyMap<string, number>;
  /** What is written as a path, or a file's name. */
  readonly paths: readonly string[];
  readonly asksForTests: boolean;
}

/** Longer questions hold pasted code or logs; what comes first is what is asked. */
const mostUnits = 20_000;
const mostWords = 48;
const mostPaths = 20;
/** Longer names and paths are none that anybody asks about. */
const longestName = 200;
const longestPath = 400;
const longestSequence = 100;
/** Weight of what is quoted, of names, of pasted blocks, and of words that say little. */
const quotedWeight = 2;
const nameWeight = 1.5;
const pastedWeight = 0.3;
const weakWeight = 0.3;

/** Words that every question may have. */
const stopWords: ReadonlySet<string> = new Set(
  `a about after again all also am an and any anyone anything are aren as at be because been before being below between
  both but by can cannot could couldn did didn do does doesn doing don done down during each either else especially etc
  ever every exactly few for from further had has have having he her here hers him his how however i if in instead
  into is isn it its itself just know let like ll look make many may me might mine more most much must my need no nor not
  now of off often on once one only onto or other our out over own per please possible rather re really s same see she
  should show since so some somewhere such sure t take tell than thank thanks that the their them then there these they
  thing this those though through thus to together too under until up upon us used usually ve very via want was way we
  well were what whatever when where whether which while who whom whose why will with within without won would yet you
  your yours`.split(/\s+/),
);
/** Words of questions about code, which any code may have. */
const weakWords: ReadonlySet<string> = new Set(
  `call called calls class classes code codebase computed decide decided declared define defined defines definition
  describe explain file files find function functions get gets give given gives handle handled handles happen happens
  implement implemented implementation implements line lines located location made makes mean means method methods module
  name named names package place places project purpose repository return returned returning returns responsible
  set sets source use uses using value values work works`.split(/\s+/),
);

const fenced = /```[^\n`]*\n([\s\S]*?)(?:```|$)/g;
const quoted = /`([^`\n]{1,120})`|"([^"\n]{1,120})"|(?<![\p{L}\p{N}])'([^'\n]{1,120})'(?![\p{L}\p{N}])/gu;
/** What may hold a path, with what tells a call from a file. In each by itself, since a search in a long run takes long. */
const pathRun = /[\w@.~/-]{3,}\(?/g;
const pathLike = /(?:[\w@.~-]+\/)+[\w@.-]+|(?<![\w.])[\w-]{2,}(?:\.[\w-]+)*\.[a-z][a-z0-9]{0,5}\b(?!\()/gi;
const identifier = /[\p{L}_$][\p{L}\p{M}\p{N}_$]*/gu;
/** What is a name and no word: case inside, `_`, `$`, or digits after letters. */
const nameLike = /\p{Ll}\p{Lu}|\p{Lu}{2}\p{Ll}|[\p{L}\p{N}]_|_[\p{L}\p{N}]|\$|^\p{Lu}.*\p{N}/u;

/** Reads a question, of a very long one the beginning. Linear in its length. */
export function questionTerms(question: string): QuestionTerms {
  const words = new Map<string, QuestionTerm>();
  const names = new Map<string, number>();
  const addWord = (label: string, weight: number): void => {
    const word = stem(label.replace(' ', ''));
    const known = words.get(word);
    if (known === undefined && words.size >= mostWords) return;
    words.set(word, { word, label: known?.label ?? label, weight: Math.max(weight, known?.weight ?? 0) });
  };
  const take = (text: string, weight: number, isCode: boolean): void => {
    let before: string | null = null;
    for (const [whole] of text.matchAll(identifier)) {
      const one = whole.slice(0, longestName);
      const isName = isCode || nameLike.test(one);
      if (isName && one.length >= 2 && names.size < mostWords)
        names.set(one, Math.max(names.get(one) ?? 0, weight * (isCode ? 1 : nameWeight)));
      const own = wordsOf(one);
      for (const word of own) {
        const strength = weight * weightOf(word, isName && own.length > 1);
        if (strength > 0) addWord(word, strength);
      }
      // `file name` is written `filename` too.
      const only = own.length === 1 ? (own[0] ?? null) : null;
      if (before !== null && only !== null && isTelling(before) && isTelling(only))
        addWord(`${before} ${only}`, weight);
      before = only;
    }
  };
  const pasted: string[] = [];
  const read = question.slice(0, mostUnits);
  let asked = read.replace(fenced, (_, code: string) => {
    pasted.push(code);
    return '\n';
  });
  const paths = pathsIn(asked);
  const marked: string[] = [];
  asked = asked.replace(quoted, (whole, ...groups: unknown[]) => {
    const inner = groups.slice(0, 3).find((group) => typeof group === 'string') ?? '';
    marked.push(inner);
    return whole.startsWith('`') ? '\n' : ` ${inner} `;
  });
  for (const text of marked) take(text, quotedWeight, !/\s/.test(text.trim()));
  take(asked, 1, false);
  for (const text of pasted) take(text, pastedWeight, true);
  return {
    words: [...words.values()],
    sequence: wordsOf(asked).slice(0, longestSequence).map(stem),
    names,
    paths,
    asksForTests: /\b(?:tests?|specs?|tested|testing|fixtures?|mocks?)\b/i.test(read),
  };
}

/** The first paths that are written, each once. */
function pathsIn(text: string): string[] {
  const paths = new Set<string>();
  for (const [run] of text.matchAll(pathRun)) {
    if (run.length > longestPath) continue;
    for (const [path] of run.matchAll(pathLike)) {
      paths.add(path.replace(/^\.\//, ''));
      if (paths.size === mostPaths) return [...paths];
    }
  }
  return [...paths];
}

function isTelling(word: string): boolean {
  return word.length >= 2 && weightOf(word, false) === 1;
}

/** 0 for what is not looked for. A part of a name counts whatever it says. */
function weightOf(word: string, isPart: boolean): number {
  if (/^\p{N}+$/u.test(word)) return isPart ? weakWeight : 0;
  if (word.length < 2 && /^[a-z]$/.test(word)) return 0;
  if (isPart) return 1;
  if (stopWords.has(word)) return 0;
  return weakWords.has(word) ? weakWeight : 1;
}
