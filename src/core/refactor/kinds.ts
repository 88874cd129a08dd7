import type { RefactorKind } from './types.ts';

/** In what form a model answers. */
export type AnswerForm =
  /** The target's new text, in a fence that is opened for it. */
  | 'place'
  /** Blocks that say what is replaced by what, in the target's file or in others. */
  | 'places'
  /** A file of its own, or blocks where it exists already. */
  | 'file'
  /** A list of names, nothing of which is changed yet. */
  | 'names';

/** What a refactor acts on where less is selected; `selection`: what is selected, else the definition. */
export const refactorScopes = ['selection', 'definition', 'file'] as const;
export type RefactorScope = (typeof refactorScopes)[number];

/** What one refactor is: how people find it, and what is asked of a model. */
export interface RefactorRecipe {
  /** What it counts as, for its checks. */
  readonly kind: RefactorKind;
  /** As the palette shows it, without the category. */
  readonly title: string;
  /** What it does, in a sentence. */
  readonly description: string;
  /** What the model is asked, in English. */
  readonly instruction: string;
  /** Whether the user's words are needed, may be added, or have no place in it. */
  readonly words: 'needed' | 'optional' | 'none';
  /** What the user is asked for where words have a place in it; '' where not. */
  readonly prompt: string;
  readonly scope: RefactorScope;
  readonly form: AnswerForm;
}

/** The refactors that Hearth brings. */
export const refactorRecipes: Readonly<Record<RefactorKind, RefactorRecipe>> = {
  rewrite: {
    kind: 'rewrite',
    title: 'Rewrite…',
    description: 'Changes the code as you say.',
    instruction: 'Change the code as the user says:',
    ...{ words: 'needed', prompt: 'What is to be changed?' },
    ...{ scope: 'selection', form: 'place' },
  },
  fix: {
    kind: 'fix',
    title: 'Fix Problem',
    description: 'Corrects the problems that are reported in the code.',
    instruction:
      'Correct the problems listed with the code, at their cause. Where none is listed, correct what is plainly wrong with it. Change nothing else.',
    ...{ words: 'optional', prompt: 'What is wrong? (may be left empty)' },
    ...{ scope: 'selection', form: 'place' },
  },
  extract: {
    kind: 'extract',
    title: 'Extract Function/Variable…',
    description: 'Moves the selected code into a function or a variable of its own.',
    instruction:
      'Move the selected part of the code into a definition of its own and use it in its place: an expression into a variable right before the statement it is in, statements into a function beside the one they are in. Pass what it needs as parameters and return what is used afterwards. What the code does stays the same.',
    ...{ words: 'optional', prompt: 'Into what? (for example: a function named parseHeader)' },
    ...{ scope: 'definition', form: 'place' },
  },
  rename: {
    kind: 'rename',
    title: 'Rename By Meaning…',
    description:
      "Proposes names that say what the definition is for; the rename itself is the language server's.",
    instruction:
      'Propose better names for the definition named below, the best first. A name says what the thing is for, in the words of the code around it and in the style of its names. None is the present name, or that of something else in the code.',
    ...{ words: 'optional', prompt: 'What should the name say? (may be left empty)' },
    ...{ scope: 'definition', form: 'names' },
  },
  'add-docs': {
    kind: 'add-docs',
    title: 'Add Documentation',
    description: 'Writes documentation comments in the style of those around.',
    instruction:
      'Write documentation comments for the code, in the usual form of its language and the style of the comments around it: what it is for, its parameters, what it returns, its errors. Say what the code does not say by itself. Change nothing of the code.',
    ...{ words: 'optional', prompt: 'What matters? (may be left empty)' },
    ...{ scope: 'selection', form: 'place' },
  },
  'add-types': {
    kind: 'add-types',
    title: 'Add Types',
    description: 'Gives parameters, results and variables their types.',
    instruction:
      "Give parameters, results and fields of the code the types that they have, in the notation of its language. Use the types that the code around it defines. Where a type can't be told from the code, leave it as it is. Change nothing else.",
    ...{ words: 'optional', prompt: 'What matters? (may be left empty)' },
    ...{ scope: 'selection', form: 'place' },
  },
  tests: {
    kind: 'tests',
    title: 'Generate Tests',
    description: 'Writes tests in the test file of this one, which is made where there is none.',
    instruction:
      'Write tests for the code, with the test framework and in the style of the tests that the project has. Cover the usual case, the edge cases and the errors. Each test checks one thing and says in its name which. Import what is tested from its own file.',
    ...{ words: 'optional', prompt: 'What is to be tested? (may be left empty)' },
    ...{ scope: 'selection', form: 'file' },
  },
  simplify: {
    kind: 'simplify',
    title: 'Simplify',
    description: 'Makes the code shorter and plainer; what it does stays the same.',
    instruction:
      'Make the code simpler: shorter, plainer, with fewer branches and less nesting, where that makes it easier to read. What it does stays the same, edge cases and errors included. Keep its names and its signature.',
    ...{ words: 'optional', prompt: 'What is too complicated? (may be left empty)' },
    ...{ scope: 'selection', form: 'place' },
  },
  convert: {
    kind: 'convert',
    title: 'Convert…',
    description: 'Converts the code to another form, for example callbacks to async, and what uses it.',
    instruction:
      'Convert the code as the user says, and adapt what uses it where that is shown and has to change. What it does stays the same otherwise:',
    ...{ words: 'needed', prompt: 'Into what? (for example: async instead of callbacks)' },
    ...{ scope: 'selection', form: 'places' },
  },
};

/** What is asked of the model: the recipe's words, and behind them those of the user, the newest last. */
export function instructionOf({ instruction }: RefactorRecipe, words: readonly string[]): string {
  const own = words.map((one) => one.trim()).filter((one) => one !== '');
  if (own.length === 0) return instruction;
  return [instruction, ...own].join(instruction.endsWith(':') ? '\n' : '\n\n');
}

/** What people said of a change, for its checks: our own words in a recipe name nothing of their code. */
export function saidOf(recipe: RefactorRecipe, words: readonly string[]): string {
  const isOurs = refactorRecipes[recipe.kind].instruction === recipe.instruction;
  return [...(isOurs ? [] : [recipe.instruction]), ...words].join('\n');
}
