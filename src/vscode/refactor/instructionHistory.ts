import { refactorRecipes, type RefactorRecipe } from '../../core/refactor/kinds.ts';

/** So many instructions of one refactor are kept. */
export const mostInstructions = 20;

/** Past instructions by refactor, the newest first. */
export type InstructionHistory = Readonly<Record<string, readonly string[]>>;

/** The name under which the instructions of a refactor are kept. */
export function historyKey(recipe: Pick<RefactorRecipe, 'kind' | 'title'>): string {
  const isOurs = refactorRecipes[recipe.kind].title === recipe.title;
  return isOurs ? recipe.kind : `project: ${recipe.title}`;
}

/** What was kept, as far as it is a history at all. */
export function readHistory(kept: unknown): InstructionHistory {
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(
    Object.entries(kept).map(([key, list]) => [
      key,
      (Array.isArray(list) ? list : []).filter((one): one is string => typeof one === 'string'),
    ]),
  );
}

/** The history with an instruction as the newest one; an empty one is not kept. */
export function withInstruction(history: InstructionHistory, key: string, words: string): InstructionHistory {
  const said = words.trim();
  if (said === '') return history;
  const others = (history[key] ?? []).filter((one) => one !== said);
  return { ...history, [key]: [said, ...others].slice(0, mostInstructions) };
}

/** The history without an instruction. */
export function withoutInstruction(
  history: InstructionHistory,
  key: string,
  words: string,
): InstructionHistory {
  return { ...history, [key]: (history[key] ?? []).filter((one) => one !== words) };
}
