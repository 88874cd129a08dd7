import { EndpointError } from '../../core/endpoints/errors.ts';
import { isSecretPath } from '../../core/index/secretPaths.ts';
import { sentenceOf } from '../../core/text/sentence.ts';
import { addressRule, emailRule } from './addresses.ts';
import { assignedRule } from './assigned.ts';
import { knownSecrets, outside, replaced } from './findings.ts';
import { formRule } from './forms.ts';
import { keyBlockRule } from './keyBlocks.ts';
import { headerRule, loginRule } from './logins.ts';
import { Placeholders } from './placeholders.ts';
import { prefixedRule } from './prefixed.ts';
import { endsInSecret } from './unfinished.ts';
import type { Finding, Redacted, RedactedAround, Redaction, Restorer, SecretRule } from './types.ts';

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
/** Characters on each side of a cursor that are looked through by themselves too. */
const nearCursor = 1000;
/** Passes until nothing is found any more; the second finds nothing but by a fault. */
const mostPasses = 4;

export interface RedactorOptions {
  /** Whether e-mail addresses are replaced too; asked for each text where it may change. */
  readonly emails: boolean | (() => boolean);
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
  /**
   * The texts before and after a cursor without their secrets; null where the cursor stands in one, at its end included,
   * or in what is given to the name of one, whatever it looks like so far. Rejects as `redact` does.
   */
  redactAround(prefix: string, suffix: string): Promise<RedactedAround | null>;
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
  const inTurn = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const result = last.then(run);
    last = result.catch(() => undefined);
    return result;
  };
  return {
    redact: (text, { path = null } = {}) => inTurn(() => redactText(text, path, placeholders, scan)),
    redactAround: (prefix, suffix) => inTurn(() => redactAround(prefix, suffix, placeholders, scan)),
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

type Scan = (text: string) => Promise<readonly Finding[]>;

async function redactText(
  text: string,
  path: string | null,
  placeholders: Placeholders,
  scan: Scan,
): Promise<Redacted> {
  checkLength(text.length);
  const isSecretFile = path !== null && isSecretPath(path.replaceAll('\\', '/'));
  if (isSecretFile && text.trim() !== '') return redactFile(text, placeholders);
  const found = new Map<string, Redaction>();
  let current = text;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const places = placeholders.placesIn(current);
    const scanned = [...(await scan(current)), ...knownSecrets(current, placeholders)];
    const findings = outside(current, places, scanned);
    if (findings.length === 0) return { text: current, found: [...found.values()] };
    current = replaced(current, findings, placeholders, found);
  }
  throw endless();
}

async function redactAround(
  prefix: string,
  suffix: string,
  placeholders: Placeholders,
  scan: Scan,
): Promise<RedactedAround | null> {
  checkLength(prefix.length + suffix.length);
  if (endsInSecret(prefix)) return null;
  const found = new Map<string, Redaction>();
  let before = prefix;
  let after = suffix;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const text = before + after;
    const cursor = before.length;
    const places = placeholders.placesIn(text);
    const left = before.slice(-nearCursor);
    // Some are secrets only as long as nothing stands on the other side of the cursor.
    const scanned = [
      ...(await scan(text)),
      ...moved(await scan(left), cursor - left.length),
      ...moved(await scan(after.slice(0, nearCursor)), cursor),
      ...knownSecrets(text, placeholders),
    ];
    const findings = outside(text, places, scanned);
    if (findings.length === 0) return { prefix: before, suffix: after, found: [...found.values()] };
    if (findings.some(({ start, end }) => start < cursor && cursor <= end)) return null;
    const behind = findings.filter(({ start }) => start >= cursor);
    const ahead = findings.filter(({ start }) => start < cursor);
    before = replaced(before, ahead, placeholders, found);
    after = replaced(after, moved(behind, -cursor), placeholders, found);
  }
  throw endless();
}

function moved(findings: readonly Finding[], by: number): Finding[] {
  return findings.map((finding) => ({ ...finding, start: finding.start + by, end: finding.end + by }));
}

function checkLength(length: number): void {
  if (length > longestText)
    throw refusal(`It has ${length} characters, which is too long to be looked through for secrets.`);
}

/** A file that is secret as a whole, but for one that was replaced already. */
function redactFile(text: string, placeholders: Placeholders): Redacted {
  const [place] = placeholders.placesIn(text);
  if (place !== undefined && text.slice(place.start, place.end) === text.trim()) return { text, found: [] };
  const found = new Map<string, Redaction>();
  const whole: Finding = { start: 0, end: text.length, kind: 'file', label: 'secret file' };
  return { text: replaced(text, [whole], placeholders, found), found: [...found.values()] };
}

/** Makes what looks for secrets with all rules; the packages are loaded with the first text. */
function scanner(options: RedactorOptions): Scan {
  const { emails, limitMs = 5000, now = () => performance.now() } = options;
  let loading: Promise<readonly SecretRule[]> | null = null;
  const load = async (): Promise<readonly SecretRule[]> => {
    const { presetRules } = await import('./presetRules.ts');
    return [...presetRules(), formRule, addressRule, headerRule, loginRule, assignedRule, prefixedRule];
  };
  return async (text) => {
    loading ??= options.rules === undefined ? load() : Promise.resolve(options.rules);
    const loaded = await loading.catch((error: unknown) => {
      loading = null;
      throw refusal(`What looks for secrets could not be loaded (${sentenceOf(error)}).`);
    });
    const withEmails = options.rules === undefined && (typeof emails === 'function' ? emails() : emails);
    const rules = withEmails ? [...loaded, emailRule] : loaded;
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

function endless(): EndpointError {
  return refusal('Looking for secrets in it came to no end.');
}

/** Nothing that was not looked through is sent. */
function refusal(why: string): EndpointError {
  return new EndpointError(
    'forbidden',
    `Nothing was sent, since the text may hold secrets. ${why} Leave out the part that is unusual, or ask the local model.`,
  );
}
