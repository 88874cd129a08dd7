import * as v from 'valibot';
import { attachmentKinds } from '../../core/chat/context.ts';
import { blockActions, type FromPage } from '../../core/chat/view.ts';

const id = v.pipe(v.string(), v.maxLength(200));
const word = v.pipe(v.string(), v.maxLength(2_000));
/** What people type or paste, and what answers hold: a page that sends more is not ours. */
const text = v.pipe(v.string(), v.maxLength(4_000_000));
/** The end of what an answer says before something. */
const beginning = v.pipe(v.string(), v.maxLength(10_000));
const line = v.pipe(v.number(), v.integer(), v.minValue(0));

const mention = v.object({
  kind: v.picklist(attachmentKinds),
  value: word,
  startLine: v.exactOptional(line),
  endLine: v.exactOptional(line),
});

const bare = <Type extends string>(type: Type) => v.object({ type: v.literal(type) });
const withId = <Type extends string>(type: Type) => v.object({ type: v.literal(type), id });

const fromPage = v.variant('type', [
  bare('ready'),
  v.object({ type: v.literal('ask'), text }),
  bare('stop'),
  v.object({ type: v.literal('retry'), id, route: v.exactOptional(word) }),
  v.object({ type: v.literal('route'), name: v.nullable(word) }),
  v.object({ type: v.literal('bad'), id, bad: v.boolean() }),
  v.object({ type: v.literal('preview'), preview: id }),
  v.object({ type: v.literal('edit'), id, text }),
  withId('delete'),
  withId('choose'),
  v.object({ type: v.literal('copy'), text }),
  v.object({ type: v.literal('block'), action: v.picklist(blockActions), text, language: word }),
  v.object({ type: v.literal('apply'), block: v.object({ text, info: word, before: beginning }) }),
  v.object({ type: v.literal('open'), path: word, startLine: line, endLine: line }),
  v.object({ type: v.literal('link'), href: v.pipe(v.string(), v.maxLength(8_000)) }),
  withId('removeChip'),
  bare('restoreChips'),
  v.object({ type: v.literal('addMention'), mention }),
  v.object({ type: v.literal('drop'), uris: v.pipe(v.array(v.string()), v.maxLength(1_000)) }),
  v.object({ type: v.literal('suggest'), request: line, word }),
  bare('new'),
  v.object({ type: v.literal('history'), query: word }),
  withId('openConversation'),
  withId('deleteConversation'),
  bare('export'),
  v.object({ type: v.literal('command'), command: word }),
]);

/** Reads a message of the page; null for anything that none of ours would send. */
export function parseFromPage(value: unknown): FromPage | null {
  const parsed = v.safeParse(fromPage, value);
  return parsed.success ? parsed.output : null;
}
