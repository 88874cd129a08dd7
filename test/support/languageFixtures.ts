import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { documentationOf } from '../../src/core/syntax/documentation.ts';
import { importedModules } from '../../src/core/syntax/imports.ts';
import { outline } from '../../src/core/syntax/outline.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';

const folder = path.join(import.meta.dirname, '../fixtures/languages');

/** A file of each grammar's language, called by its grammar. */
export interface LanguageFixture {
  readonly grammar: string;
  readonly extension: string;
  readonly text: string;
  /** What is expected of it, in the lines of `describeFile`. */
  readonly expected: readonly string[];
}

export function languageFixtures(): LanguageFixture[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ name }) => {
    const { name: grammar, ext } = path.parse(name);
    const expected = readFileSync(path.join(folder, 'expected', `${grammar}.txt`), 'utf8');
    return {
      grammar,
      extension: ext.slice(1),
      text: readFileSync(path.join(folder, name), 'utf8'),
      expected: expected.trimEnd().split('\n'),
    };
  });
}

/**
 * What is found in a file, a line each: definitions (`+` for those that other files see) with their signature, what is
 * imported, and what is documented.
 */
export async function describeFile(parsers: Parsers, extension: string, text: string): Promise<string[]> {
  const grammar = await parsers.grammar(extension);
  const tree = await parsers.parse(extension, text);
  if (grammar === null || tree === null) return [];
  const facts = grammar.facts.matches(tree.rootNode);
  const definitions = outline(text, facts);
  const imports = importedModules(text, facts);
  const documentation = documentationOf(text, grammar.documentation.matches(tree.rootNode), definitions);
  tree.delete();
  return [
    ...definitions.map(({ name, kind, container, exported, signature, startLine, endLine }) => {
      const qualified = container === null ? name : `${container}.${name}`;
      return `${startLine}-${endLine} ${exported ? '+' : '-'} ${kind} ${qualified} | ${signature}`;
    }),
    ...imports.map(({ specifier, names, reexport }) =>
      [reexport ? 'reexport' : 'import', specifier, ...names].join(' '),
    ),
    ...definitions.flatMap(({ name }, index) => {
      const said = documentation[index];
      return said == null ? [] : [`documentation ${name} | ${said}`];
    }),
  ];
}
