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

const memoryKey = 'hearth.refactor.instructions';
/** Under this name the words are kept that say how an answer is to be otherwise. */
const refineKey = 'refine';
/** What is offered before anything was ever refined. */
const usualRefinements = ['Shorter', 'Keep the name', 'Change less'];

interface WordsItem extends vscode.QuickPickItem {
  readonly words: string;
  /** Whether it is a past one, which can be taken off the list. */
  readonly past: boolean;
}

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

  async name(present: string, proposed: readonly string[]): Promise<string | null> {
    const pick = vscode.window.createQuickPick<WordsItem>();
    pick.title = `Hearth: Rename ${present}`;
    pick.placeholder = 'Pick a name, or type another';
    const items = (typed: string): WordsItem[] => {
      const own =
        typed === '' || proposed.includes(typed) ? [] : [{ ...item(typed), description: 'your own' }];
      return [...own, ...proposed.map((name) => item(name))];
    };
    return ask(pick, items, { isAnswer: (words) => words !== '' && words !== present, signal: null });
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
    const said = await ask(pick, items, { isAnswer: (words) => optional || words !== '', signal });
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

function item(words: string, past = false): WordsItem {
  // A label is no place for icons that somebody's words would make.
  return { label: words.replaceAll('$(', '$ ('), words, past, buttons: past ? [remove] : [] };
}

function wordsItems(typed: string, past: readonly string[], { usual, optional }: WordsQuestion): WordsItem[] {
  const others = usual.filter((one) => !past.includes(one));
  const known = [...past.map((one) => item(one, true)), ...others.map((one) => item(one))];
  if (typed !== '') return [item(typed), ...known.filter(({ words }) => words !== typed)];
  return optional ? [{ ...item(''), label: 'Nothing to add' }, ...known] : known;
}

/** Shows a list whose first entry is what is typed, until one is taken; null: the user gave up. */
function ask(
  pick: vscode.QuickPick<WordsItem>,
  items: (typed: string) => WordsItem[],
  { isAnswer, signal }: { isAnswer: (words: string) => boolean; signal: AbortSignal | null },
): Promise<string | null> {
  return new Promise((resolve) => {
    const end = (words: string | null): void => {
      resolve(words);
      signal?.removeEventListener('abort', stop);
      pick.dispose();
    };
    const stop = (): void => end(null);
    pick.ignoreFocusOut = true;
    pick.matchOnDescription = false;
    pick.items = items('');
    pick.onDidChangeValue((value) => {
      pick.items = items(value.trim());
    });
    pick.onDidAccept(() => {
      const words = pick.activeItems[0]?.words ?? pick.value.trim();
      if (isAnswer(words)) end(words);
    });
    pick.onDidHide(stop);
    signal?.addEventListener('abort', stop, { once: true });
    if (signal?.aborted === true) stop();
    else pick.show();
  });
}
