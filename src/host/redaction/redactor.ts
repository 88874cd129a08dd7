import { EndpointError } from '../../core/endpoints/errors.ts';
import { isSecretPath } from '../../core/index/secretPaths.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { emailRule, addressRule } from './addresses.ts';
import { assignedRule } from './assigned.ts';
import { formRule } from './forms.ts';
import { keyBlockRule } from './keyBlocks.ts';
import { headerRule, loginRule } from './logins.ts';
import { Placeholders } from './placeholders.ts';
import { prefixedRule } from './prefixed.ts';
import type { Finding, Redacted, Redaction, Restorer, SecretRule } from './types.ts';

/**
 * Texts are looked through in parts of this many characters, with a look at those before and behind it, and a pause
 * after each, so that the process answers others, and a rule that is slow on some text is noticed.
 */
const part = 48_000;
const lookBehind = 400;
/** The longest secret that is looked for in a part (an installation token of GitHub). */
const lookAhead = 16_000;
/** Longest text, in characters: no prompt is near it. */
const longestText = 16_000_000;
/** Passes until nothing is found any more; the second finds nothing but by a fault. */
const mostPasses = 4;

export interface RedactorOptions {
  /** Whether e-mail addresses are replaced too. */
  readonly emails: boolean;
  /** Most milliseconds that rules may work on a million characters (and on a text of less). Default: 5 seconds. */
  readonly limitMs?: number;
  /** Milliseconds of a clock that goes forward. */
  readonly now?: () => number;
  /** Rules that are used instead of the built-in ones, by tests. */
  readonly rules?: readonly SecretRule[];
}

/** Replaces secrets by placeholders, the same secret always by the same one, and puts them back. */
export interface Redactor {
  /**
   * The text without its secrets. `path`: the file it comes from, whose name may say that all of it is secret. Rejects
   * with an EndpointError `forbidden` where it could not be looked through: then nothing may be sent.
   */
  redact(text: string, from?: { readonly path?: string | null }): Promise<Redacted>;
  /** The text with secrets in the places of their placeholders. */
  restore(text: string): string;
  /**
   * The same for a text of JSON, such as the arguments of a call: a secret with quotes or line ends is escaped as its
   * place needs. What is no whole JSON is restored as it stands.
   */
  restoreJson(text: string): string;
  /** The same for a text that comes in pieces. */
  restorer(): Restorer;
}

/** Makes a redactor, which knows the secrets that it has met. Nothing is loaded or read before its first text. */
export function createRedactor(options: RedactorOptions): Redactor {
  const placeholders = new Placeholders();
  const scan = scanner(options);
  // One after the other, so that numbers are given in the order of the calls.
  let last: Promise<unknown> = Promise.resolve();
  return {
    redact(text, { path = null } = {}) {
      const redacted = last.then(() => redactText(text, path, placeholders, scan));
      last = redacted.catch(() => undefined);
      return redacted;
    },
    restore: (text) => placeholders.restore(text),
    restoreJson: (text) => restoredJson(text, placeholders),
    restorer: () => placeholders.restorer(),
  };
}

function restoredJson(text: string, placeholders: Placeholders): string {
  const restore = (value: unknown): unknown => {
    if (typeof value === 'string') return placeholders.restore(value);
    if (Array.isArray(value)) return value.map(restore);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [placeholders.restore(name), restore(one)]),
    );
  };
  if (placeholders.placesIn(text).length === 0) return text;
  try {
    return JSON.stringify(restore(JSON.parse(text)));
  } catch {
    return placeholders.restore(text);
  }
}

async function redactText(
  text: string,
  path: string | null,
  placeholders: Placeholders,
  scan: (text: string) => Promise<readonly Finding[]>,
): Promise<Redacted> {
  if (text.length > longestText) {
    throw refusal(`It has ${text.length} characters, which is too long to be looked through for secrets.`);
  }
  const isSecretFile = path !== null && isSecretPath(path.replaceAll('\\', '/'));
  if (isSecretFile && text.trim() !== '') return redactFile(text, placeholders);
  const found = new Map<string, Redaction>();
  let current = text;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const places = placeholders.placesIn(current);
    const findings = outside(places, [...(await scan(current)), ...knownSecrets(current, placeholders)]);
    if (findings.length === 0) return { text: current, found: [...found.values()] };
    current = replaced(current, findings, placeholders, found);
  }
  throw refusal('Looking for secrets in it came to no end.');
}

/** A file that is secret as a whole, but for one that was replaced already. */
function redactFile(text: string, placeholders: Placeholders): Redacted {
  const [place] = placeholders.placesIn(text);
  if (place !== undefined && text.slice(place[0], place[1]) === text.trim()) return { text, found: [] };
  const found = new Map<string, Redaction>();
  const whole: Finding = { start: 0, end: text.length, kind: 'file', label: 'secret file' };
  return { text: replaced(text, [whole], placeholders, found), found: [...found.values()] };
}

/** Puts placeholders in the places of findings, which are in order and apart, and counts them. */
function replaced(
  text: string,
  findings: readonly Finding[],
  placeholders: Placeholders,
  found: Map<string, Redaction>,
): string {
  const pieces: string[] = [];
  let at = 0;
  let line = 1;
  for (const { start, end, kind, label } of findings) {
    const secret = text.slice(start, end);
    const standIn = placeholders.standIn(secret, kind, label);
    const before = text.slice(at, start);
    line += lineEnds(before);
    const lines = lineEnds(secret);
    const known = found.get(standIn.placeholder);
    found.set(
      standIn.placeholder,
      known === undefined
        ? { kind, label, placeholder: standIn.placeholder, startLine: line, endLine: line + lines, count: 1 }
        : { ...known, count: known.count + 1 },
    );
    pieces.push(before, standIn.text);
    line += lines;
    at = end;
  }
  return pieces.join('') + text.slice(at);
}

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** Where secrets stand that are known from other texts, or from another place of this one. */
function knownSecrets(text: string, placeholders: Placeholders): Finding[] {
  const found: Finding[] = [];
  for (const { text: secret, kind, label } of placeholders.spread) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
      found.push({ start: at, end: at + secret.length, kind, label });
    }
  }
  return found;
}

/**
 * The findings that touch no placeholder, in order, those that overlap made one; an e-mail address that overlaps
 * another secret, as the end of `user:password@host` looks like one, is none.
 */
function outside(places: readonly (readonly [number, number])[], findings: readonly Finding[]): Finding[] {
  const free = findings.filter(
    ({ start, end }) => end > start && !places.some(([from, to]) => start < to && from < end),
  );
  const secrets = free.filter(({ kind }) => kind !== 'e-mail');
  const merged: Finding[] = [];
  for (const finding of [...secrets].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const before = merged.at(-1);
    if (before === undefined || finding.start >= before.end) merged.push(finding);
    else merged[merged.length - 1] = { ...before, end: Math.max(before.end, finding.end) };
  }
  const emails: Finding[] = [];
  for (const finding of free.filter(({ kind }) => kind === 'e-mail')) {
    const { start, end } = finding;
    const touches = (one: Finding | undefined) => one !== undefined && start < one.end && one.start < end;
    if (!merged.some(touches) && !touches(emails.at(-1))) emails.push(finding);
  }
  return [...merged, ...emails].sort((a, b) => a.start - b.start);
}

/** Makes what looks for secrets with all rules; the packages are loaded with the first text. */
function scanner(options: RedactorOptions): (text: string) => Promise<readonly Finding[]> {
  const { emails, limitMs = 5000, now = () => performance.now() } = options;
  let loading: Promise<readonly SecretRule[]> | null = null;
  const load = async (): Promise<readonly SecretRule[]> => {
    const { presetRules } = await import('./presetRules.ts');
    const own = [formRule, addressRule, headerRule, loginRule, assignedRule, prefixedRule];
    return [...presetRules(), ...own, ...(emails ? [emailRule] : [])];
  };
  return async (text) => {
    loading ??= options.rules === undefined ? load() : Promise.resolve(options.rules);
    const rules = await loading.catch((error: unknown) => {
      loading = null;
      throw refusal(`What looks for secrets could not be loaded (${sentenceOf(error)}).`);
    });
    const limit = limitMs * Math.max(1, text.length / 1e6);
    let spent = 0;
    const timed = (rule: SecretRule, piece: string): readonly Finding[] => {
      const began = now();
      const found = findWith(rule, piece);
      spent += now() - began;
      if (spent > limit) throw refusal(`Looking for ${rule.id} in it took too long.`);
      return found;
    };
    const found: Finding[] = options.rules === undefined ? [...timed(keyBlockRule, text)] : [];
    for (let from = 0; from < text.length; from += part) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      const base = Math.max(0, from - lookBehind);
      const piece = text.slice(base, from + part + lookAhead);
      for (const rule of rules) {
        for (const { start, end, kind, label } of timed(rule, piece)) {
          const at = base + start;
          if (at >= from && at < from + part) found.push({ start: at, end: base + end, kind, label });
        }
      }
    }
    return found;
  };
}

function findWith(rule: SecretRule, text: string): readonly Finding[] {
  try {
    return rule.find(text);
  } catch (error) {
    throw refusal(`Looking for ${rule.id} in it failed (${sentenceOf(error)}).`);
  }
}

/** Nothing that was not looked through is sent. */
function refusal(why: string): EndpointError {
  return new EndpointError(
    'forbidden',
    `Nothing was sent, since the text may hold secrets. ${why} Leave out the part that is unusual, or ask the local model.`,
  );
}
