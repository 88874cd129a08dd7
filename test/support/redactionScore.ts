import { createRedactor } from '../../src/host/redaction/redactor.ts';
import type { PlantedText } from './secretCorpus.ts';

/** What became of the planted secrets of one kind. */
export interface KindScore {
  readonly kind: string;
  readonly heldOut: boolean;
  planted: number;
  found: number;
  /** What was replaced in these texts and is no part of the secret. */
  extra: number;
}

/** Redacts every planted text, with a redactor of its own, and counts by kind. */
export async function scoreSecrets(corpus: readonly PlantedText[]): Promise<KindScore[]> {
  const scores = new Map<string, KindScore>();
  for (const { text, secret, kind, heldOut } of corpus) {
    const score = scores.get(kind) ?? { kind, heldOut, planted: 0, found: 0, extra: 0 };
    scores.set(kind, score);
    const redactor = createRedactor({ emails: true });
    // The path says nothing: the secret is to be found by what stands there.
    const { text: clean, found } = await redactor.redact(text, { path: null });
    score.planted += 1;
    if (!isLeft(clean, secret)) score.found += 1;
    score.extra += found.filter(({ placeholder }) => {
      const replaced = redactor.restore(placeholder);
      return !secret.includes(replaced) && !replaced.includes(secret);
    }).length;
  }
  return [...scores.values()];
}

/** Characters of a secret that may not stand together any more; of a shorter one, all of it. */
const piece = 12;

/** Whether any piece of the secret is left in a text. Labels of key blocks are no secret. */
function isLeft(text: string, secret: string): boolean {
  const words = secret
    .replace(/-----[A-Z ]+-----/g, ' ')
    .split(/\s+|\\n/)
    .filter((word) => word.length >= Math.min(piece, secret.length));
  return words.some((word) => {
    if (word.length <= piece) return text.includes(word);
    return Array.from({ length: word.length - piece + 1 }, (_, at) => word.slice(at, at + piece)).some(
      (part) => text.includes(part),
    );
  });
}

export interface InnocentScore {
  readonly lines: number;
  readonly characters: number;
  /** One line each: which text, what was taken for a secret, and as what. */
  readonly alarms: readonly string[];
}

/** Redacts texts without secrets, and lists what was taken for one. E-mail addresses in them are real, and not counted. */
export async function scoreInnocent(
  texts: readonly { readonly name: string; readonly text: string }[],
): Promise<InnocentScore> {
  const alarms: string[] = [];
  let lines = 0;
  let characters = 0;
  for (const { name, text } of texts) {
    const redactor = createRedactor({ emails: false });
    const { found } = await redactor.redact(text);
    lines += text.split('\n').length;
    characters += text.length;
    for (const { placeholder, label, startLine } of found) {
      alarms.push(`${name}:${startLine}: ${label}: ${redactor.restore(placeholder).slice(0, 60)}`);
    }
  }
  return { lines, characters, alarms };
}
