import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GrammarName } from '../src/core/syntax/languages.ts';

/** Where a grammar comes from. */
export interface GrammarPackage {
  /** The file that ships, below node_modules. */
  readonly wasm: string;
  /** The package with the sources that it was built from, their licence, and the native grammar. */
  readonly native: string;
  /** The name under which that package exports the native grammar, where it has several. */
  readonly export?: string;
}

const file = path.join(import.meta.dirname, '../grammars/packages.json');

export function readGrammarPackages(): Record<GrammarName, GrammarPackage> {
  return JSON.parse(readFileSync(file, 'utf8')) as Record<GrammarName, GrammarPackage>;
}

/** The package of a file below node_modules. */
export function packageOf(file: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? file;
}
