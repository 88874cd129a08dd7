/** What stands in a body and matters outside of it: modules that are loaded late, classes that are given back. */
export const kept = new Set(['class', 'require', 'import', 'namespace', 'enum']);
/** What makes members of parameters. */
export const modifiers = new Set(['public', 'private', 'protected', 'readonly', 'override']);
/** Words behind which round brackets and braces are no function's. */
export const control = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'await']);
/** Words behind which braces hold declarations, whatever stands between. */
export const declarations = new Set(['class', 'interface', 'enum', 'namespace', 'module', 'global']);
/** Words that begin a statement, whatever was awaited before; the last one where a name follows. */
export const beginnings = new Set(['export', 'import', 'function', 'const', 'type']);
/** Words behind which a slash opens a regular expression. */
export const beforeExpression = new Set(
  'return typeof case in of delete void throw new else do await yield instanceof'.split(' '),
);
/** Words of types, behind which nothing is called and no body opens. */
export const typeWords = new Set('extends keyof is infer as satisfies readonly asserts unique'.split(' '));
/** The first letters of the words that matter, and their lengths: few other words have both. */
const wordsThatMatter = [...kept, ...declarations, ...modifiers, ...beginnings];
const firstLetters = new Set(wordsThatMatter.map((word) => word.charCodeAt(0)));
const shortest = Math.min(...wordsThatMatter.map(({ length }) => length));
const longest = Math.max(...wordsThatMatter.map(({ length }) => length));

/** Whether a word of a text may be one that matters, by its first unit and its length. */
export function mayMatter(first: number, width: number): boolean {
  return width >= shortest && width <= longest && firstLetters.has(first);
}
