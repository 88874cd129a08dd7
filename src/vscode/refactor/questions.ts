import * as vscode from 'vscode';
import type { RefactorRecipe } from '../../core/refactor/kinds.ts';
import { plainTitle } from './changeText.ts';
import {
  historyKey,
  readHistory,
  withInstruction,
  withoutInstruction,
  type InstructionHistory,
} from './instructionHistory.ts';
import type { RefactorQuestions } from './shown.ts';
import { askInList, type WordsItem } from './wordsList.ts';

const memoryKey = 'hearth.refactor.instructions';
/** Under this name the words are kept that say how an answer is to be otherwise. */
const refineKey = 'refine';
/** What is offered before anything was ever refined. */
const usualRefinements = ['Shorter', 'Keep the name', 'Change less'];

const remove: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('close'),
  tooltip: 'Take off the list',
};

/** What one list asks for. */
interface WordsQuestion {
  readonly title: string;
  readonly placeholder: string;
  /** Name of the history. */
  readonly key: string;
  /** What is offered behind the past ones. */
  readonly usual: readonly string[];
  /** Whether nothing may be said. */
  readonly optional: boolean;
}

/** Asks for words and names in the list at the top of the window, where what was said before can be taken again. */
export class EditorQuestions implements RefactorQuestions {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  /** Asks where words are needed, or where the title says by its ellipsis that something is asked for. */
  async words(recipe: RefactorRecipe, signal: AbortSignal): Promise<string | null> {
    if (recipe.words !== 'needed' && plainTitle(recipe) === recipe.title) return '';
    const question = {
      title: `Hearth: ${plainTitle(recipe)}`,
      placeholder: recipe.prompt,
      key: historyKey(recipe),
      ...{ usual: [], optional: recipe.words !== 'needed' },
    };
    return this.#ask(question, signal);
  }

  /** How an answer is to be otherwise; null: the user gave up. */
  refinement(recipe: RefactorRecipe): Promise<string | null> {
    const question = {
      title: `Hearth: Refine ${plainTitle(recipe)}`,
      placeholder: 'What is to be different? (for example: shorter, keep the name)',
      ...{ key: refineKey, usual: usualRefinements, optional: false },
    };
    return this.#ask(question, null);
  }

  async name(present: string, proposed: readonly string[], signal: AbortSignal): Promise<string | null> {
    const pick = vscode.window.createQuickPick<WordsItem>();
    pick.title = `Hearth: Rename ${present}`;
    pick.placeholder = 'Pick a name, or type another';
    const items = (typed: string): WordsItem[] => {
      if (typed === '') return proposed.map((name) => item(name));
      const description = proposed.includes(typed) ? undefined : 'your own';
      const others = proposed.filter((name) => name !== typed);
      return [{ ...typedItem(typed), description }, ...others.map((name) => item(name))];
    };
    const isAnswer = (words: string): boolean => words !== '' && words !== present;
    return askInList(pick, { items, isAnswer, signal });
  }

  async #ask(question: WordsQuestion, signal: AbortSignal | null): Promise<string | null> {
    const { key, optional } = question;
    const pick = vscode.window.createQuickPick<WordsItem>();
    pick.title = question.title;
    pick.placeholder = question.placeholder;
    const items = (typed: string): WordsItem[] => wordsItems(typed, this.#history[key] ?? [], question);
    const removal = pick.onDidTriggerItemButton(async ({ item: { words } }) => {
      await this.#keep(withoutInstruction(this.#history, key, words));
      pick.items = items(pick.value.trim());
    });
    const isAnswer = (words: string): boolean => optional || words !== '';
    const said = await askInList(pick, { items, isAnswer, signal });
    removal.dispose();
    if (said !== null) await this.#keep(withInstruction(this.#history, key, said));
    return said;
  }

  get #history(): InstructionHistory {
    return readHistory(this.#memory.get(memoryKey));
  }

  async #keep(history: InstructionHistory): Promise<void> {
    await this.#memory.update(memoryKey, history);
  }
}

/** `past`: it can be taken off the list. */
function item(words: string, past = false): WordsItem {
  // A label is no place for icons that somebody's words would make.
  const label = words.replaceAll('$(', '$ (');
  return { label, words, isTyped: false, buttons: past ? [remove] : [] };
}

/** What is typed is there at once, whatever of the list fits it. */
function typedItem(words: string): WordsItem {
  return { ...item(words), isTyped: true, alwaysShow: true };
}

function wordsItems(typed: string, past: readonly string[], { usual, optional }: WordsQuestion): WordsItem[] {
  const others = usual.filter((one) => !past.includes(one));
  const known = [...past.map((one) => item(one, true)), ...others.map((one) => item(one))];
  if (typed !== '') return [typedItem(typed), ...known.filter(({ words }) => words !== typed)];
  return optional ? [{ ...item(''), label: 'Nothing to add' }, ...known] : known;
}
