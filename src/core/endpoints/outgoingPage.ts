import type { Place } from '../chat/context.ts';
import { isWholeFile, placeLabel } from '../chat/placeText.ts';
import { dollars } from './cost.ts';
import type { Outgoing, OutgoingMessage, RedactionCount } from './outgoing.ts';
import { alwaysSends, routePlace } from './routeWords.ts';

/** A piece of a line, from 0 on, in UTF-16 units. */
export interface PageSpan {
  readonly line: number;
  readonly start: number;
  readonly end: number;
}

/** A message on the page. */
export interface PageSection {
  /** Line of its heading, first line of its text and last one, from 0; the text has a line even where it is empty. */
  readonly heading: number;
  readonly first: number;
  readonly last: number;
  /** Its text in the page's, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** What would be sent, laid out to be read as plain text. */
export interface OutgoingPage {
  readonly text: string;
  /** Line of the page's title, from 0. */
  readonly title: number;
  /** Names of the facts above the messages. */
  readonly labels: readonly PageSpan[];
  /** Files and lines of the workspace, where they are named. */
  readonly links: readonly (PageSpan & { readonly place: Place })[];
  /** Where something stands for a secret. */
  readonly marks: readonly PageSpan[];
  readonly sections: readonly PageSection[];
  /** Line of the mark behind the last message. */
  readonly end: number;
}

const purposes: Readonly<Record<Outgoing['purpose'], string>> = {
  chat: 'a question of the chat',
  refactor: 'a refactor',
  completion: 'a completion',
  probe: 'what the server can do',
  count: 'counting tokens',
};

/** Width of the lines that stand between messages, and column of what is said of a fact. */
const ruleWidth = 80;
const labelWidth = 14;
/** Longest list of lines on which a secret was replaced. */
const mostLines = 12;

/** Title of the tab of what would be sent to an endpoint; a path, so without what divides one. */
export function outgoingTitle({ endpoint }: Pick<Outgoing, 'endpoint'>): string {
  return `What Would Be Sent to ${endpoint.name.replace(/[/\\?#]/g, '-')}`;
}

/** Lays out what would be sent: facts on top, and below each message as it leaves, unit for unit. */
export function outgoingPage(outgoing: Outgoing): OutgoingPage {
  const { messages, redactions } = outgoing;
  // What the facts say of lines depends on how many lines the facts have, which does not depend on what they say.
  const draft = factsOf(outgoing, redactions.map(redactedWords));
  const places = messagePlaces(messages, draft.lines.length);
  const marks = marksOf(places, messages, redactions);
  const facts = factsOf(
    outgoing,
    redactions.map((one) => redactedWords(one, marks)),
  );
  const head = facts.lines.map((line) => `${line}\n`).join('');
  const body = bodyOf(messages, head.length, places);
  return {
    ...{ text: head + body.text, title: 0, labels: facts.labels, links: facts.links },
    ...{ marks: marks.map(({ span }) => span), sections: body.sections, end: places.end },
  };
}

interface Facts {
  readonly lines: readonly string[];
  readonly labels: readonly PageSpan[];
  readonly links: readonly (PageSpan & { readonly place: Place })[];
}

function factsOf(outgoing: Outgoing, redacted: readonly string[]): Facts {
  const { endpoint, model, purpose, messages, tokens, answerTokens } = outgoing;
  const lines = [
    outgoingTitle(outgoing),
    'Nothing has been sent yet. All that leaves of your work stands below, as it leaves.',
    '',
  ];
  const labels: PageSpan[] = [];
  const links: (PageSpan & { place: Place })[] = [];
  const fact = (label: string, said: readonly string[], places: readonly Place[] = []): void => {
    labels.push({ line: lines.length, start: 0, end: label.length });
    for (const [at, one] of said.entries()) {
      const place = places[at];
      const span = { line: lines.length, start: labelWidth, end: labelWidth + one.length };
      if (place !== undefined) links.push({ ...span, place });
      lines.push(`${(at === 0 ? label : '').padEnd(labelWidth)}${one}`);
    }
  };
  const characters = messages.reduce((sum, { text }) => sum + text.length, 0);
  fact('To', [`${endpoint.name}, ${routePlace(endpoint.class)}`, endpoint.address]);
  fact('Model', [model === '' ? 'the one that the server has' : model]);
  fact('For', [purposes[purpose]]);
  fact('Size', [
    `about ${counted(tokens, 'token')}: ${counted(characters, 'character')} in ${counted(messages.length, 'message')}`,
  ]);
  fact('Answer', [`at most ${counted(answerTokens, 'token')}`]);
  fact('Cost', [costWords(outgoing)]);
  fact('Redacted', redacted.length === 0 ? ['nothing: no secret was found'] : redacted);
  const places = mergedPlaces(outgoing.places);
  if (places.length === 0) fact('Files', ['none of this workspace']);
  else fact('Files', places.map(placeWords), places);
  fact('Always', ['"Always for This Workspace" sends these without this page:', ...alwaysSends(endpoint)]);
  return { lines: [...lines, ''], labels, links };
}

function placeWords(place: Place): string {
  if (isWholeFile(place)) return place.path;
  return `${placeLabel(place)} (${counted(place.endLine - place.startLine + 1, 'line')})`;
}

function costWords({ cost }: Outgoing): string {
  if (cost === null) return 'not known: the endpoint has no price in hearth.endpoints';
  return `${dollars(cost.least)} for the prompt, ${dollars(cost.most)} at most with the answer (estimated)`;
}

/** Places by path in the order of their first ones, with lines that touch as one. */
export function mergedPlaces(places: readonly Place[]): readonly Place[] {
  const paths = [...new Set(places.map(({ path }) => path))];
  return paths.flatMap((path) => {
    const own = places.filter((place) => place.path === path);
    if (own.some(isWholeFile)) return [{ path, startLine: 0, endLine: 0 }];
    const merged: Place[] = [];
    for (const place of own.toSorted((a, b) => a.startLine - b.startLine)) {
      const last = merged.at(-1);
      if (last === undefined || place.startLine > last.endLine + 1) merged.push(place);
      else merged[merged.length - 1] = { ...last, endLine: Math.max(last.endLine, place.endLine) };
    }
    return merged.map(({ startLine, endLine }) => ({ path, startLine, endLine }));
  });
}

/** Where each message will stand: line of its heading, and lines of its text. */
interface MessagePlaces {
  readonly of: readonly {
    readonly heading: number;
    readonly first: number;
    readonly lines: readonly string[];
  }[];
  readonly end: number;
}

function messagePlaces(messages: readonly OutgoingMessage[], from: number): MessagePlaces {
  let line = from;
  const of = messages.map(({ text }) => {
    const lines = linesOf(text);
    const place = { heading: line, first: line + 1, lines };
    line += 1 + lines.length;
    return place;
  });
  return { of, end: line };
}

/** Lines as an editor counts them. */
function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/);
}

function bodyOf(
  messages: readonly OutgoingMessage[],
  from: number,
  { of }: MessagePlaces,
): { text: string; sections: readonly PageSection[] } {
  let text = '';
  const sections: PageSection[] = [];
  for (const [at, { role, text: said }] of messages.entries()) {
    const { heading = 0, first = 0, lines = [] } = of[at] ?? {};
    const size = `${counted(lines.length, 'line')}, ${counted(said.length, 'character')}`;
    text += `${rule(`${at + 1} of ${messages.length}: ${role}, ${size}`)}\n`;
    const start = from + text.length;
    sections.push({
      ...{ heading, first, last: first + Math.max(0, lines.length - 1) },
      ...{ start, end: start + said.length },
    });
    // Behind a bare carriage return, one line feed would be the same line's end.
    text += said.endsWith('\r') ? `${said}\n\n` : `${said}\n`;
  }
  return { text: `${text}${rule('end')}\n`, sections };
}

function rule(words: string): string {
  return `── ${words} `.padEnd(ruleWidth, '─');
}

interface Mark {
  readonly label: string;
  readonly span: PageSpan;
}

/** Where the placeholders of secrets stand on the page. */
function marksOf(
  { of }: MessagePlaces,
  messages: readonly OutgoingMessage[],
  redactions: readonly RedactionCount[],
): readonly Mark[] {
  const labels = new Map(
    redactions.flatMap(({ label, placeholders = [] }) => placeholders.map((one) => [one, label] as const)),
  );
  if (labels.size === 0) return [];
  const marks: Mark[] = [];
  for (const at of messages.keys()) {
    const { first = 0, lines = [] } = of[at] ?? {};
    for (const [index, text] of lines.entries()) {
      for (const [placeholder, label] of labels) {
        for (let start = text.indexOf(placeholder); start >= 0; start = text.indexOf(placeholder, start + 1))
          marks.push({ label, span: { line: first + index, start, end: start + placeholder.length } });
      }
    }
  }
  return marks;
}

function redactedWords({ label, count }: RedactionCount, marks: readonly Mark[] | number): string {
  const lines =
    typeof marks === 'number'
      ? []
      : [...new Set(marks.filter((mark) => mark.label === label).map(({ span }) => span.line + 1))];
  const listed = lines.slice(0, mostLines).join(', ');
  const more = lines.length > mostLines ? ' and others' : '';
  const where =
    lines.length === 0 ? '' : `, in ${lines.length === 1 ? 'line' : 'lines'} ${listed}${more} of this page`;
  return `${label}: ${grouped(count)}${where}`;
}

function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
