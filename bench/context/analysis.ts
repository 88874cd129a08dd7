import path from 'node:path';
import type { TreeCursor } from 'web-tree-sitter';
import { importedModules, type ImportedModule } from '../../src/core/syntax/imports.ts';
import { grammarFor } from '../../src/core/syntax/languages.ts';
import { outline, type Definition } from '../../src/core/syntax/outline.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { declarationsOf } from './declarations.ts';
import { isTest, type Repository } from './repository.ts';

/** A name at a place: line and column from 0, in UTF-16 units. */
export interface Mention {
  readonly name: string;
  readonly line: number;
  readonly column: number;
}

/** A file with what its syntax tree says. */
export interface AnalysedFile {
  readonly path: string;
  readonly text: string;
  /** Without their line ends. */
  readonly lines: readonly string[];
  readonly isTest: boolean;
  readonly definitions: readonly Definition[];
  readonly imports: readonly ImportedModule[];
}

/** All files of a repository, by their paths. */
export interface Analysis {
  readonly repository: Repository;
  readonly files: ReadonlyMap<string, AnalysedFile>;
}

/** The identifiers in a file's code, not in its comments and strings. */
export interface Names {
  readonly mentions: readonly Mention[];
  /** Those of them that declare a parameter, a variable or another local name. */
  readonly declared: readonly Mention[];
}

/** Parses every file of a repository once. */
export async function analyse(repository: Repository, parsers: Parsers): Promise<Analysis> {
  const files = new Map<string, AnalysedFile>();
  for (const file of repository.files) files.set(file.path, await analyseText(file.path, file.text, parsers));
  return { repository, files };
}

/** What the syntax of one text says; a language without a grammar has neither definitions nor imports. */
export async function analyseText(file: string, text: string, parsers: Parsers): Promise<AnalysedFile> {
  const facts = { path: file, text, lines: text.split('\n'), isTest: isTest(file) };
  const grammar = await parsers.grammar(path.extname(file).slice(1));
  const tree = grammar === null ? null : parsers.parseWith(grammar, text);
  if (grammar === null || tree === null) return { ...facts, definitions: [], imports: [] };
  try {
    return {
      ...facts,
      definitions: outline(text, grammar.definitions.matches(tree.rootNode)),
      imports: importedModules(text, grammar.imports.matches(tree.rootNode)),
    };
  } finally {
    tree.delete();
  }
}

/** The identifiers of a text, and which of them it declares. */
export async function namesOf(file: string, text: string, parsers: Parsers): Promise<Names> {
  const language = grammarFor(path.extname(file).slice(1));
  const tree = await parsers.parse(language ?? '', text);
  if (language === null || tree === null) return { mentions: [], declared: [] };
  const cursor = tree.walk();
  try {
    const mentions: Mention[] = [];
    const declared: Mention[] = [];
    const declares = declarationsOf(language);
    visit(
      cursor,
      null,
      false,
      (node, declaring) => {
        if (!/identifier$/.test(node.nodeType)) return;
        const { row, column } = node.startPosition;
        const mention = { name: node.nodeText, line: row, column };
        mentions.push(mention);
        if (declaring) declared.push(mention);
      },
      declares,
    );
    return { mentions, declared };
  } finally {
    cursor.delete();
    tree.delete();
  }
}

/** Goes through the leaves below the cursor's node, with whether each of them declares something. */
function visit(
  cursor: TreeCursor,
  parent: string | null,
  declaring: boolean,
  leaf: (cursor: TreeCursor, declaring: boolean) => void,
  declares: ReturnType<typeof declarationsOf>,
): void {
  const type = cursor.nodeType;
  const here = parent === null ? false : declares(parent, cursor.currentFieldName, type, declaring);
  if (!cursor.gotoFirstChild()) {
    leaf(cursor, here);
    return;
  }
  do visit(cursor, type, here, leaf, declares);
  while (cursor.gotoNextSibling());
  cursor.gotoParent();
}

const functionKinds: ReadonlySet<string> = new Set(['function', 'method']);
/** What modules of tests within a source file are called. */
export const testModules: ReadonlySet<string> = new Set(['test', 'tests']);

const reachableOf = new WeakMap<AnalysedFile, readonly Definition[]>();

/**
 * The definitions that other files can use: not those inside a function's body, which are local, and not those of a
 * module for tests. The members of a type count.
 */
export function reachable(file: AnalysedFile): readonly Definition[] {
  const known = reachableOf.get(file) ?? findReachable(file);
  reachableOf.set(file, known);
  return known;
}

function findReachable({ definitions }: AnalysedFile): Definition[] {
  const closed: Definition[] = [];
  return definitions.filter((definition) => {
    while ((closed.at(-1)?.end ?? Infinity) <= definition.start) closed.pop();
    const around = closed.findLast(({ end }) => end >= definition.end);
    const closes =
      functionKinds.has(definition.kind) ||
      (definition.kind === 'module' && testModules.has(definition.name));
    if (closes) closed.push(definition);
    // A constructor's parameters may be properties of its class.
    return around === undefined || (definition.kind === 'property' && around.name === 'constructor');
  });
}
