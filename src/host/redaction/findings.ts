import type { PlaceholderPlace, Placeholders } from './placeholders.ts';
import type { Finding, Redaction } from './types.ts';

/** Puts placeholders in the places of findings, which are in order and apart, and counts them in `found`. */
export function replaced(
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
export function knownSecrets(text: string, placeholders: Placeholders): Finding[] {
  const found: Finding[] = [];
  for (const { text: secret, kind, label } of placeholders.spread) {
    for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + secret.length)) {
      found.push({ start: at, end: at + secret.length, kind, label });
    }
  }
  return found;
}

/**
 * What of the findings is to be replaced, in order, those that overlap made one. Placeholders that were put in are no
 * part of it, nor is a finding that is no more than what looks like one; what only has such a text in it is one.
 */
export function outside(
  text: string,
  places: readonly PlaceholderPlace[],
  findings: readonly Finding[],
): Finding[] {
  const free = findings.filter(
    ({ start, end }) => end > start && !places.some((place) => place.start <= start && end <= place.end),
  );
  const merged: Finding[] = [];
  const secrets = free.filter(({ kind }) => kind !== 'e-mail');
  for (const finding of secrets.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const before = merged.at(-1);
    if (before === undefined || finding.start >= before.end) merged.push(finding);
    else merged[merged.length - 1] = { ...before, end: Math.max(before.end, finding.end) };
  }
  const all = [...merged, ...addressesBeside(text, places, merged, free)];
  const ours = places.filter((place) => place.ours);
  return all.flatMap((finding) => around(text, ours, finding)).sort((a, b) => a.start - b.start);
}

/**
 * The e-mail addresses that overlap no other secret, as the end of `user:password@host` does, not even where the password
 * was replaced.
 */
function addressesBeside(
  text: string,
  places: readonly PlaceholderPlace[],
  secrets: readonly Finding[],
  findings: readonly Finding[],
): Finding[] {
  const emails: Finding[] = [];
  const found = findings.filter(({ kind }) => kind === 'e-mail');
  for (const finding of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const { start, end } = finding;
    const touches = (one: Finding | undefined) => one !== undefined && start < one.end && one.start < end;
    const isHost = places.some(
      (place) => place.start <= start && start < place.end && text[place.end] === '@',
    );
    if (!isHost && !secrets.some(touches) && !touches(emails.at(-1))) emails.push(finding);
  }
  return emails;
}

/** What is left of a finding without the placeholders in it. */
function around(text: string, ours: readonly PlaceholderPlace[], finding: Finding): Finding[] {
  const parts: Finding[] = [];
  let at = finding.start;
  const take = (end: number): void => {
    if (text.slice(at, end).trim() !== '') parts.push({ ...finding, start: at, end });
  };
  for (const { start, end } of ours) {
    if (end <= at || start >= finding.end) continue;
    take(Math.max(at, start));
    at = end;
  }
  if (at < finding.end) take(finding.end);
  return parts;
}
