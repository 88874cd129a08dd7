import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fetchSources } from '../scripts/sources.ts';
import { sourceFile } from '../scripts/sourceList.ts';
import { makeTrace, type TraceRecipe } from './traceMaker.ts';

const folder = path.join(import.meta.dirname, 'traces');

/** A session made from its recipe. */
export interface Trace {
  readonly name: string;
  /** JSON lines, as `hearth replay` takes them. */
  readonly jsonLines: string;
}

export function readRecipes(): Map<string, TraceRecipe> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    files.map((file) => [
      path.basename(file, '.json'),
      JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as TraceRecipe,
    ]),
  );
}

/** Makes every trace whose source can be had; prints a sentence for each that can't. */
export function makeTraces(): Trace[] {
  fetchSources();
  const traces: Trace[] = [];
  for (const [name, recipe] of readRecipes()) {
    const source = sourceFile(recipe.package, recipe.file);
    if (typeof source === 'string') console.log(`The trace ${name} is missing. ${source}`);
    else traces.push({ name, jsonLines: makeTrace(recipe, source.path, source.text) });
  }
  return traces;
}
