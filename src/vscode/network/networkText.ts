import { formatBytes } from '../../core/text/bytes.ts';
import { totalsOf, wentAway, type LedgerEntry, type LedgerOutcome } from '../../core/network/ledger.ts';
import type { Place } from '../../core/chat/context.ts';
import { isWholeFile, placeLabel } from '../../core/chat/placeText.ts';
import { isRefusal, outcomeText, purposeText } from '../../core/network/ledgerText.ts';
import { escapeMarkdown } from '../markdown.ts';

/** Where a request went, and what for. */
export function entryLabel(entry: LedgerEntry): string {
  return `${destination(entry)} · ${purposeText(entry)}`;
}

/** What stands behind a request's label. */
export function entryDescription(entry: LedgerEntry): string {
  const { at, about, end } = entry;
  const parts = [
    timeText(at),
    about === null ? null : tokensText(about.tokens),
    end === null || end.sent === 0 ? null : `${formatBytes(end.sent)} sent`,
    end === null || end.received === 0 ? null : `${formatBytes(end.received)} received`,
    outcomeText(entry),
  ];
  return parts.filter((part) => part !== null).join(' · ');
}

/** All that a request's row shows, as a screen reader says it. */
export function entrySpeech(entry: LedgerEntry): string {
  const places = entry.about?.places ?? [];
  const whole = places.filter(isWholeFile).length;
  const pieces = places.length - whole;
  const parts = [
    destination(entry),
    purposeText(entry),
    ...entryDescription(entry).split(' · '),
    ...(wentAway(entry) ? [] : ['stayed on this machine']),
    ...(whole === 0 ? [] : [whole === 1 ? '1 whole file' : `${whole} whole files`]),
    ...(pieces === 0 ? [] : [pieces === 1 ? '1 piece of a file' : `${pieces} pieces of files`]),
  ];
  return parts.join(', ');
}

/** What stands behind the name of a file that went with a request; '' where its name says the lines. */
export function placeDescription(place: Place): string {
  return isWholeFile(place) ? 'whole file' : '';
}

/** All that the row of a file shows, as a screen reader says it. */
export function placeSpeech(place: Place): string {
  const { path, startLine, endLine } = place;
  if (isWholeFile(place)) return `${path}, whole file`;
  return endLine > startLine ? `${path}, lines ${startLine} to ${endLine}` : `${path}, line ${startLine}`;
}

const reaches: Readonly<Record<LedgerEntry['reach'], string>> = {
  unix: 'this machine, by a socket file',
  loopback: 'this machine',
  private: 'your own network',
  internet: 'elsewhere',
};

/** All that is known of a request, as Markdown. */
export function entryTooltip(entry: LedgerEntry): string {
  const { at, host, reach, proxy, verified, method, workspace, about, end } = entry;
  const rows: readonly (readonly [string, string | null])[] = [
    ['Time', new Date(at).toLocaleString('en-GB')],
    ['Destination', `${host} (${reaches[reach]})`],
    ['Through', proxy],
    ['Certificate', verified ? 'checked' : 'none, or not checked'],
    ['Request', `${method}, ${purposeText(entry)}`],
    ['Endpoint', about?.endpoint ?? null],
    ['Tokens', about === null ? null : about.tokens.toLocaleString('en')],
    ['Redactions', about === null ? null : String(about.redactions)],
    ['Sent', end === null ? null : formatBytes(end.sent)],
    ['Received', end === null ? null : formatBytes(end.received)],
    ['Outcome', outcomeText(entry)],
    ['Status', end?.status == null ? null : `HTTP ${end.status}`],
    ['Took', end === null ? null : `${Math.round(end.milliseconds).toLocaleString('en')} ms`],
    ['Workspace', workspace],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${escapeMarkdown(oneLine(value))}`],
  );
  const places = (about?.places ?? []).map((place) => `- ${escapeMarkdown(oneLine(placeWords(place)))}`);
  const files = places.length === 0 ? [] : [`Files:\n\n${places.slice(0, mostPlaces).join('\n')}`];
  const more = places.length - mostPlaces;
  return [
    `**${escapeMarkdown(entryLabel(entry))}**`,
    lines.join('  \n'),
    ...files,
    more > 0 ? `${more} more` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

/** The tooltip names so many places; all stand below the row. */
const mostPlaces = 20;

/** What stands behind a day: what left this machine then. */
export function dayDescription(entries: readonly LedgerEntry[]): string {
  const { requests, away, tokens } = totalsOf(entries);
  const all = requests === 1 ? '1 request' : `${requests.toLocaleString('en')} requests`;
  if (away === 0) return `${all}, none left this machine`;
  const left = away === requests ? all : `${all}, ${away.toLocaleString('en')} left this machine`;
  return tokens === 0 ? left : `${left}, ${tokensText(tokens)}`;
}

/** The icon that says how a request ended, and its colour. */
export function entryIcon({ end, running }: LedgerEntry): { id: string; color: string | null } {
  if (end === null)
    return running
      ? { id: 'loading~spin', color: null }
      : { id: 'question', color: 'list.warningForeground' };
  if (end.outcome === 'failed' || isRefusal(end)) return { id: 'error', color: 'list.errorForeground' };
  return { id: icons[end.outcome], color: null };
}

const icons: Readonly<Record<Exclude<LedgerOutcome, 'failed'>, string>> = {
  answered: 'check',
  redirected: 'arrow-right',
  stopped: 'debug-stop',
  refused: 'circle-slash',
};

function destination({ host, about }: LedgerEntry): string {
  return oneLine(about === null || about.endpoint === '' ? host : `${about.endpoint} (${host})`);
}

function tokensText(tokens: number): string {
  return tokens === 1 ? '1 token' : `${Math.round(tokens).toLocaleString('en')} tokens`;
}

function placeWords(place: Place): string {
  return isWholeFile(place) ? `${placeLabel(place)} (whole file)` : placeLabel(place);
}

/** Hour and minute here. */
function timeText(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
}

/** Names come out of settings and files that anybody may have written. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
