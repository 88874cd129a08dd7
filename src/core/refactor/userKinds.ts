import { withPlainLineEnds } from './fileText.ts';
import { refactorScopes, type AnswerForm, type RefactorRecipe, type RefactorScope } from './kinds.ts';

/** Where a project keeps refactors of its own. */
export const userRefactorFolder = '.hearth/refactors';

/** A refactor of the project's own; `selection` and `language` are filled in when it is asked for. */
export interface UserRefactor extends RefactorRecipe {
  /** The file's name without its extension. */
  readonly id: string;
}

/** What is wrong with a file of the folder, in a sentence. */
export interface UserRefactorProblem {
  readonly problem: string;
}

const known = ['title', 'description', 'scope', 'format'] as const;
/** What the files call the forms of an answer. */
const formats: Readonly<Record<string, AnswerForm>> = { place: 'place', places: 'places' };
/** Placeholders of an instruction. */
const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;
const placeholders = ['selection', 'language'];
/** Longer ones leave no room for code (UTF-16 units). */
const longestInstruction = 8_000;
const longestTitle = 80;

/**
 * Reads a refactor from a Markdown file of the project: front matter with `title`, and optionally `description`, `scope`
 * (`selection`, `definition` or `file`) and `format` (`place` or `places`); below it the instruction.
 */
export function parseUserRefactor(path: string, text: string): UserRefactor | UserRefactorProblem {
  const id = /([^\\/]+)\.md$/i.exec(path)?.[1];
  if (id === undefined) return wrong(path, 'its name does not end in .md');
  const [, front, body = ''] =
    /^---[ \t]*\n([^]*?)\n?---[ \t]*(?:\n([^]*))?$/.exec(withPlainLineEnds(text.replace(/^\uFEFF/, ''))) ??
    [];
  if (front === undefined)
    return wrong(path, 'it has to begin with front matter, lines between two lines of ---');
  const fields = fieldsOf(front);
  if (typeof fields === 'string') return wrong(path, fields);
  const { title = '', description = '', scope = 'selection', format = 'place' } = fields;
  const form = formats[format];
  const instruction = body.trim();
  if (title === '') return wrong(path, 'its front matter has no title');
  if (title.length > longestTitle) return wrong(path, `its title is longer than ${longestTitle} characters`);
  if (!isScope(scope))
    return wrong(path, `its scope is ${JSON.stringify(scope)}, not ${listed(refactorScopes)}`);
  if (form === undefined)
    return wrong(path, `its format is ${JSON.stringify(format)}, not ${listed(Object.keys(formats))}`);
  if (instruction === '') return wrong(path, 'there is no instruction below its front matter');
  if (instruction.length > longestInstruction)
    return wrong(path, `its instruction is longer than ${longestInstruction} characters`);
  const strange = [...instruction.matchAll(placeholder)].find(
    ([, name = '']) => !placeholders.includes(name),
  );
  if (strange !== undefined)
    return wrong(
      path,
      `it has ${strange[0]}; there are ${placeholders.map((one) => `{{${one}}}`).join(' and ')}`,
    );
  return {
    // Several places are allowed in other files too, as in a conversion.
    ...{ id, kind: form === 'places' ? 'convert' : 'rewrite', title, description, instruction, scope, form },
    ...{ words: 'optional', prompt: 'Anything to add? (may be left empty)' },
  };
}

/** The instruction with its placeholders filled; nothing in what they stand for is one. */
export function filledInstruction(
  instruction: string,
  values: { readonly selection: string; readonly language: string },
): string {
  return instruction.replace(placeholder, (all, name: string) =>
    name === 'selection' ? values.selection : name === 'language' ? values.language : all,
  );
}

/** Fields of one line each; a sentence's part where something else stands there. */
function fieldsOf(front: string): Partial<Record<(typeof known)[number], string>> | string {
  const fields: Partial<Record<(typeof known)[number], string>> = {};
  for (const [at, line] of front.split('\n').entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, name = '', value = ''] = /^([\w-]+)[ \t]*:(?:[ \t]+(.*))?$/.exec(line) ?? [];
    if (name === '') return `line ${at + 2} is not NAME: VALUE`;
    if (!isField(name)) return `it has a field ${name}; there are ${listed(known)}`;
    if (fields[name] !== undefined) return `its front matter has two fields ${name}`;
    fields[name] = unquoted(value.trim());
  }
  return fields;
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return (quoted?.[2] ?? value.replace(/\s+#.*$/, '')).trim();
}

function isField(name: string): name is (typeof known)[number] {
  return (known as readonly string[]).includes(name);
}

function isScope(scope: string): scope is RefactorScope {
  return (refactorScopes as readonly string[]).includes(scope);
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

function wrong(path: string, why: string): UserRefactorProblem {
  return { problem: `${path} is no refactor: ${why}.` };
}
