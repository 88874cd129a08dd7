/** Shortest time between two announcements, in milliseconds: a screen reader is in the middle of the last one. */
export const announcementPause = 2_000;

/** Shortest time between two looks for a whole sentence, in milliseconds: long code has none. */
const retryPause = 300;

/** Units of an answer that are said at once; more is for reading, and marks in it take longer to find the more there are. */
const longestSaid = 4_000;
const goesOn = 'More is in the conversation.';

/**
 * Says an answer that streams in, for screen readers: whole sentences, not too often, and without the marks of
 * Markdown; code is only said to be there.
 */
export class Announcer {
  #markdown = '';
  #said = 0;
  #last = -Infinity;
  #tried = -Infinity;

  /** Begins with another answer, of which this much is not said: it was there before. */
  begin(markdown: string): void {
    this.#markdown = markdown;
    this.#said = markdown.length;
  }

  /** The answer as far as it is. */
  update(markdown: string): void {
    if (!markdown.startsWith(this.#markdown.slice(0, this.#said))) this.#said = 0;
    this.#markdown = markdown;
  }

  /** What to say now; null for nothing. Time in milliseconds. */
  take(now: number): string | null {
    if (now - this.#last < announcementPause || now - this.#tried < retryPause) return null;
    this.#tried = now;
    const rest = this.#markdown.slice(this.#said);
    const end = lastSentenceEnd(rest);
    if (end === 0) return null;
    this.#said += end;
    return this.#say(rest.slice(0, end), now);
  }

  /** The rest of an answer that is finished; '' for none. */
  rest(now: number): string {
    const rest = this.#markdown.slice(this.#said);
    this.#said = this.#markdown.length;
    return this.#say(rest, now) ?? '';
  }

  #say(markdown: string, now: number): string | null {
    const spoken = spokenText(markdown.slice(0, longestSaid));
    if (spoken === '') return null;
    this.#last = now;
    return markdown.length > longestSaid ? `${spoken} ${goesOn}` : spoken;
  }
}

/** Behind the last sentence that is whole; 0 for none. A block of code that is open is not. */
function lastSentenceEnd(text: string): number {
  const fence = openFence(text);
  const ready = fence < 0 ? text : text.slice(0, fence);
  let end = 0;
  for (const match of ready.matchAll(/[.!?:](?=\s)|\n\s*\n|```[^\n`]*\n/g))
    end = match.index + match[0].length;
  return end;
}

/** Where a block of code begins that has no end yet; -1 for none. */
function openFence(text: string): number {
  const fences = [...text.matchAll(/^ {0,3}(```+|~~~+)/gm)];
  return fences.length % 2 === 0 ? -1 : (fences.at(-1)?.index ?? -1);
}

/** Markdown as it is said aloud. */
export function spokenText(markdown: string): string {
  return markdown
    .replace(/^ {0,3}(```+|~~~+)([^\n]*)\n[\s\S]*?(^ {0,3}\1[^\S\n]*$|$(?![\s\S]))/gm, ' Code. ')
    .replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, '$1')
    .replace(/^ {0,3}(#{1,6}|>|[-*+]|\d+[.)])\s+/gm, '')
    .replace(/\*\*|__|`|~~/g, '')
    .replace(/(^|\s)[*_](?=\S)|(?<=\S)[*_](?=\s|$)/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
}
