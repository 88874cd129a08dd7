import type { ContextPlace } from '../../src/core/context/place.ts';
import { parseCursor } from './cursor.ts';

/** The place at `█` in a picture of all lines that the prompt shows, the first of which is line `startLine`. */
export function placeAt(picture: string, path = 'src/here.ts', startLine = 1): ContextPlace {
  const { prefix, suffix } = parseCursor(picture);
  const before = prefix.split('\n');
  const lines = (prefix + suffix).split('\n');
  return { path, lines, startLine, cursor: before.length - 1, column: before.at(-1)?.length ?? 0 };
}
