import path from 'node:path';
import { Parsers } from '../../src/workspace/parsers.ts';

/** The grammars as `npm run build` lays them out for the worker. */
export const grammarsFolder = path.join(import.meta.dirname, '../../dist/grammars');

/** The shipped grammars; a grammar that cannot be loaded fails the test that asks for it. */
export function shippedParsers(): Parsers {
  return new Parsers(grammarsFolder, (message) => {
    throw new Error(message);
  });
}
