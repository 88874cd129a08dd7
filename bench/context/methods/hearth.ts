import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { repository as root, temporaryFolder } from '../../../test/support/engine.ts';
import { writeCopy } from '../repository.ts';
import { budgetUnits, type Context, type ContextMethod } from './method.ts';

/** What `hearth context --json` prints, as far as it is needed here. */
interface Answer {
  readonly chars: number;
  readonly text: string;
  readonly segments: readonly { readonly path: string }[];
  readonly error?: { readonly message: string };
}

/**
 * The product's own context, through `hearth context`: a copy of the repository on the disk, each line's file as it is
 * without the line.
 */
export const hearth: ContextMethod = {
  name: 'hearth',
  async contexts(analysis, lines, budgets) {
    const folder = temporaryFolder();
    const workspace = path.join(folder, 'workspace');
    writeCopy(analysis.repository, workspace);
    const requests = lines.flatMap(({ path: file, line, column, text }) =>
      budgets.map((budget) => ({
        position: `${file}:${line + 1}:${column}`,
        text,
        budget,
      })),
    );
    const batch = path.join(folder, 'lines.jsonl');
    writeFileSync(batch, requests.map((request) => JSON.stringify(request)).join('\n'));
    const answers = await ask(workspace, batch);
    if (answers.length !== requests.length)
      throw new Error(`hearth context gave ${answers.length} answers to ${requests.length} lines.`);
    return lines.map((_, line) =>
      budgets.map((budget, at) => contextOf(answers[line * budgets.length + at], budget)),
    );
  },
};

async function ask(workspace: string, batch: string): Promise<Answer[]> {
  const args = ['context', '--workspace', workspace, '--batch', batch, '--json', '--tokenizer', 'chars'];
  const child = spawn(process.execPath, [path.join(root, 'dist/cli.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const closed = new Promise<number | null>((resolve) => child.on('close', resolve));
  const answers: Answer[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== '') answers.push(JSON.parse(line) as Answer);
  }
  const status = await closed;
  if (status !== 0) throw new Error(`hearth context ended with ${status}: ${errors.trim()}`);
  return answers;
}

function contextOf(answer: Answer | undefined, budget: number): Context {
  if (answer === undefined || answer.error !== undefined)
    throw new Error(`hearth context gave no context: ${answer?.error?.message ?? 'no answer'}`);
  const { text, chars, segments } = answer;
  if (chars !== text.length || chars > budgetUnits(budget))
    throw new Error(`hearth context took ${text.length} units, said ${chars}, and had ${budget} tokens.`);
  return piecesOf(
    text,
    segments.map((segment) => segment.path),
  );
}

/**
 * The text of a context in pieces: each begins with a line that is the path of a file that it has something of, or of
 * the folder of several.
 */
export function piecesOf(text: string, paths: readonly string[]): Context {
  const headers = new Set(
    paths.flatMap((file) => [file, `${file.slice(0, Math.max(0, file.lastIndexOf('/')))}/`]),
  );
  const pieces: { path: string; lines: string[] }[] = [];
  for (const line of text === '' ? [] : text.replace(/\n$/, '').split('\n')) {
    const piece = pieces.at(-1);
    if (headers.has(line)) pieces.push({ path: line, lines: [] });
    else if (piece !== undefined) piece.lines.push(line);
    else throw new Error(`hearth context began with no path: ${line}`);
  }
  return pieces.map(({ path: file, lines }) => ({ path: file, text: lines.join('\n') }));
}
