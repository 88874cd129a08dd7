import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { refactorRecipes, type RefactorRecipe } from '../core/refactor/kinds.ts';
import { refactorKinds, type RefactorKind } from '../core/refactor/types.ts';
import { parseUserRefactor, userRefactorFolder } from '../core/refactor/userKinds.ts';
import { CliError } from './output.ts';

/** The refactor with this name: one that Hearth brings, or a file of the project's. Throws CliError for none. */
export async function recipeOf(name: string, workspace: string): Promise<RefactorRecipe> {
  if ((refactorKinds as readonly string[]).includes(name)) return refactorRecipes[name as RefactorKind];
  const folder = path.join(workspace, userRefactorFolder);
  const own = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.md')).sort();
  const file = `${name}.md`;
  if (!own.includes(file)) {
    const all = [...refactorKinds, ...own.map((one) => one.replace(/\.md$/, ''))];
    throw new CliError(
      'usage',
      `There is no refactor ${JSON.stringify(name)}; there are: ${all.join(', ')}.`,
    );
  }
  const text = await readFile(path.join(folder, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError('unreadable', `${userRefactorFolder}/${file} can't be read: ${error.code}.`);
  });
  const parsed = parseUserRefactor(`${userRefactorFolder}/${file}`, text);
  if ('problem' in parsed) throw new CliError('bad-refactor', parsed.problem);
  return parsed;
}
