import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import { complete } from '../core/completion/completer.ts';
import type { CompletionOutcome, CompletionQuery } from '../core/completion/ports.ts';
import { reasonSentences } from '../core/completion/reasons.ts';
import { positionAt } from '../core/text/position.ts';
import { windowLimits } from '../core/text/window.ts';
import type { LoadedModel } from '../engine/protocol.ts';
import { completionPorts } from '../host/completionPorts.ts';
import { windowOf } from '../workspace/protocol.ts';
import type { CompleteOptions } from './arguments.ts';
import { runBatch } from './batch.ts';
import { CliError, exitCode, printJson, printNote, rounded } from './output.ts';
import { currentText, locate, type FilePosition } from './position.ts';
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
  session.index((await session.engine.start()).fingerprint);
  if (options.batch !== null) {
    const { maxTokens, multiline, raw } = options;
    return runBatch(options.batch, batchLine, async ({ text = null, ...request }) => {
      const asked = { maxTokens, multiline, raw, ...request, text };
      return (await answerOne(asked, options, session)).answer;
    });
  }
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

async function answerOne(request: Request, options: CompleteOptions, session: Session) {
  const place = await locate(request.position, request.text, options.workspace);
  const { text, offset } = place;
  const { contextTokens } = await readyEngine(session);
  const query = toQuery(request, options, place);
  session.workspace.open(query.document, query.version, {
    text,
    languageId: query.languageId,
    path: query.path,
    folder: place.inside ? options.workspace : null,
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

function toQuery(request: Request, options: CompleteOptions, place: FilePosition): CompletionQuery {
  documentVersion += 1;
  return {
    document: place.document,
    version: documentVersion,
    offset: place.offset,
    languageId: place.languageId,
    path: place.path,
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
