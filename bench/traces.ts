import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fetchSources } from '../scripts/sources.ts';
import { packageFolder, readSourceList, sourceFile } from '../scripts/sourceList.ts';
import { makeTrace, type TraceRecipe } from './traceMaker.ts';

const folder = path.join(import.meta.dirname, 'traces');

/** A session made from its recipe. */
export interface Trace {
  readonly name: string;
  /** JSON lines, as `hearth replay` takes them. */
  readonly jsonLines: string;
  /** The folder of the repository that the file is from; the trace's path is relative to it. */
  readonly workspace: string;
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

function packageFor(name: string): string {
  const entry = readSourceList().find((one) => one.name === name);
  if (entry === undefined) throw new Error(`bench/sources.json has no package ${name}.`);
  return packageFolder(entry);
}

/** Makes every trace whose source can be had; prints a sentence for each that can't. */
export function makeTraces(): Trace[] {
  fetchSources();
  const traces: Trace[] = [];
  for (const [name, recipe] of readRecipes()) {
    const source = sourceFile(recipe.package, recipe.file);
    if (typeof source === 'string') console.log(`The trace ${name} is missing. ${source}`);
    else {
      const workspace = path.join(packageFor(recipe.package), recipe.file.slice(0, -source.path.length));
      traces.push({ name, jsonLines: makeTrace(recipe, source.path, source.text), workspace });
    }
  }
  return traces;
}
