import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { complete } from '../core/completion/completer.ts';
import type { CompletionOutcome, CompletionQuery } from '../core/completion/ports.ts';
import { reasonSentences } from '../core/completion/reasons.ts';
import { offsetAt, positionAt } from '../core/text/position.ts';
import { windowLimits } from '../core/text/window.ts';
import type { LoadedModel } from '../engine/protocol.ts';
import { completionPorts } from '../host/completionPorts.ts';
import { windowOf } from '../workspace/protocol.ts';
import type { CompleteOptions } from './arguments.ts';
import { asCliError, CliError, exitCode, printJson, printNote } from './output.ts';
import type { Session } from './session.ts';

const batchLine = v.strictObject({
  position: v.string(),
  text: v.optional(v.string()),
  maxTokens: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(4096))),
  multiline: v.optional(v.boolean()),
  raw: v.optional(v.boolean()),
});
type Request = Pick<CompleteOptions, 'maxTokens' | 'multiline' | 'raw'> & {
  position: string;
  text: string | null;
};

const deadlineMs = 5 * 60_000;
let documentVersion = 0;

/** `hearth complete`: returns the exit code. */
export async function runComplete(options: CompleteOptions, session: Session): Promise<number> {
  if (options.batch !== null) return runBatch(options, options.batch, session);
  const [position = ''] = options.positions;
  const { answer, outcome } = await answerOne(
    { ...options, position, text: await currentText(options) },
    options,
    session,
  );
  if (options.json) printJson(answer);
  else if (outcome.insertion !== null) process.stdout.write(`${answer.text}\n`);
  if (outcome.insertion !== null) return exitCode.done;
  if (!options.json) printNote(reasonSentences[outcome.record.reason]);
  return exitCode.nothing;
}

/** One line of JSON per request, in order; a request that fails gives its error on its line. */
async function runBatch(options: CompleteOptions, file: string, session: Session): Promise<number> {
  const lines = (await readText(file === '-' ? '-' : path.resolve(file)))
    .split('\n')
    .filter((line) => line.trim() !== '');
  let exit: number = exitCode.done;
  for (const line of lines) {
    try {
      const { answer } = await answerOne(parseLine(line, options), options, session);
      printJson(answer);
    } catch (thrown) {
      const error = asCliError(thrown);
      if (error.exit === exitCode.engineFailed) exit = exitCode.engineFailed;
      printJson({ error: { code: error.code, message: error.message } });
    }
  }
  return exit;
}

function parseLine(line: string, options: CompleteOptions): Request {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CliError('bad-request', `This line is not JSON: ${line.slice(0, 80)}`);
  }
  const parsed = v.safeParse(batchLine, value);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new CliError('bad-request', `${v.getDotPath(issue) ?? 'request'}: ${issue.message}`);
  }
  const { position, text = null, ...rest } = parsed.output;
  return {
    maxTokens: options.maxTokens,
    multiline: options.multiline,
    raw: options.raw,
    ...rest,
    position,
    text,
  };
}

async function answerOne(request: Request, options: CompleteOptions, session: Session) {
  const { file, line, column } = parsePosition(request.position);
  const full = path.resolve(options.workspace, file);
  const text = request.text ?? (await readText(full));
  const offset = offsetAt(text, { line, column });
  if (typeof offset !== 'number')
    throw new CliError('bad-position', `${file}:${line}:${column}: ${offset.error}.`);
  const { contextTokens } = await readyEngine(session);
  const query = toQuery(request, options, full, offset);
  session.workspace.open(query.document, query.version, {
    text,
    languageId: query.languageId,
    path: query.path,
    folder: options.workspace,
  });
  const outcome = await complete(
    query,
    completionPorts({
      engine: session.engine,
      workspace: session.workspace,
      workspaceId: options.workspace,
      window: async ({ document, version }) => {
        const limits = windowLimits(contextTokens);
        return windowOf(
          await session.workspace.window({ document, documentVersion: version, offset, limits, wait: true }),
        );
      },
    }),
    new AbortController().signal,
  );
  session.workspace.close(query.document);
  throwIfEngineFailed(outcome);
  return { outcome, answer: toAnswer(outcome, text, offset) };
}

/** The loaded model; after a crash of the engine in the middle of a batch, that of its next start. */
async function readyEngine({ engine }: Session): Promise<LoadedModel> {
  const { state } = engine;
  if (state.kind === 'failed' && state.retryInMs !== null) await sleep(state.retryInMs + 50);
  return engine.start();
}

/** A completion that the engine could not make is no answer: it ends like the engine's own failures. */
function throwIfEngineFailed({ record: { reason, detail } }: CompletionOutcome): void {
  if (reason === 'engine') throw new CliError('engine', detail, exitCode.engineFailed);
  if (reason === 'deadline') throw new CliError('deadline', reasonSentences.deadline, exitCode.engineFailed);
}

function toQuery(request: Request, options: CompleteOptions, full: string, offset: number): CompletionQuery {
  const relative = path.relative(options.workspace, full).split(path.sep).join('/');
  const outside = relative.startsWith('../') || path.isAbsolute(relative);
  documentVersion += 1;
  return {
    document: pathToFileURL(full).href,
    version: documentVersion,
    offset,
    languageId: path.extname(full).slice(1),
    path: outside ? path.basename(full) : relative,
    repository: path.basename(options.workspace),
    manual: false,
    multiline: request.multiline ? 'always' : 'auto',
    maxTokens: request.maxTokens,
    deadlineMs,
    raw: request.raw,
  };
}

function toAnswer(outcome: CompletionOutcome, text: string, offset: number) {
  const { insertion, record, parts, dropped } = outcome;
  return {
    text: insertion?.text ?? '',
    range: {
      start: positionAt(text, offset),
      end: positionAt(text, offset + (insertion?.replaceRight ?? 0)),
    },
    reason: record.reason,
    ms: rounded(record.milliseconds),
    tokens: record.tokens,
    segments: parts,
    dropped,
  };
}

function rounded<T extends Readonly<Record<string, number>>>(times: T): Record<string, number> {
  return Object.fromEntries(
    Object.entries(times).map(([name, value]) => [name, Math.round(value * 10) / 10]),
  );
}

/** `FILE:LINE:COL`, read from the right, since a path may hold colons. */
function parsePosition(position: string): { file: string; line: number; column: number } {
  const match = /^(.+):(\d+):(\d+)$/s.exec(position);
  const line = Number(match?.[2]);
  const column = Number(match?.[3]);
  if (match?.[1] === undefined || !Number.isSafeInteger(line) || !Number.isSafeInteger(column) || line < 1) {
    throw new CliError(
      'bad-position',
      `${JSON.stringify(position)} is not FILE:LINE:COL (lines from 1, columns from 0).`,
    );
  }
  return { file: match[1], line, column };
}

async function currentText(options: CompleteOptions): Promise<string | null> {
  if (options.text === null) return null;
  return readText(options.text === '-' ? '-' : path.resolve(options.text));
}

async function readText(file: string): Promise<string> {
  try {
    if (file === '-') return (await buffer(process.stdin)).toString('utf8');
    if ((await stat(file)).isDirectory())
      throw new CliError('unreadable', `${file} is a folder, not a file.`);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    throw new CliError(
      'unreadable',
      `${file} can't be read: ${code === 'ENOENT' ? 'there is no such file' : String(code)}.`,
    );
  }
}
