import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { CompletionService } from '../core/completion/service.ts';
import { parseTrace, TraceError, type TraceEvent } from '../core/replay/trace.ts';
import type { ReplayOptions } from './arguments.ts';
import { CliError, exitCode } from './output.ts';
import { ReplayDocument } from './replayDocument.ts';
import { LiveReplay } from './replayLive.ts';
import { replayLockstep } from './replayLockstep.ts';
import { replayPorts } from './replayPorts.ts';
import {
  printHead,
  printLine,
  printSummary,
  summarise,
  type Background,
  type Replayed,
  type ReplayLine,
  type Spent,
} from './replayReport.ts';
import type { Session } from './session.ts';
import { VirtualClock, WallClock } from './virtualClock.ts';
import { VirtualEngine, type CallRecord } from './virtualEngine.ts';

/** Longer than any answer takes; without it a hung engine would hold the replay for ever. */
const deadlineMs = 5 * 60_000;

/** `hearth replay`: follows a trace and prints what came of each event. Returns the exit code. */
export async function runReplay(options: ReplayOptions, session: Session): Promise<number> {
  const events = await readTrace(options.trace);
  const { contextTokens, fingerprint } = await session.engine.start();
  // What is counted must not depend on how far the reading is.
  session.index(fingerprint);
  await session.indexed();
  const document = new ReplayDocument(session.workspace, { ...options, deadlineMs });
  printHead(options.json);
  const follow = options.mode === 'lockstep' ? lockstep : live;
  try {
    const { replayed, background } = await follow({ events, document, session, contextTokens, options });
    printSummary(summarise(replayed, background), options.json);
  } catch (error) {
    throw asInputError(error);
  }
  document.close();
  return exitCode.done;
}

interface Replay {
  readonly events: readonly TraceEvent[];
  readonly document: ReplayDocument;
  readonly session: Session;
  readonly contextTokens: number;
  readonly options: ReplayOptions;
}

type Outcome = Promise<{ replayed: Replayed[]; background: Background }>;

function lockstep({ events, document, session, contextTokens, options }: Replay): Outcome {
  const ports = replayPorts(session, contextTokens, new WallClock());
  return replayLockstep(events, document, ports, (line) => print(line, options));
}

async function live({ events, document, session, contextTokens, options }: Replay): Outcome {
  const clock = options.mode === 'realtime' ? new WallClock() : new VirtualClock();
  const ports = replayPorts(session, contextTokens, clock);
  const engine =
    clock instanceof VirtualClock
      ? new VirtualEngine(clock, (query, call) => ports.complete(query, call), options.speed)
      : null;
  const service = new CompletionService(
    engine === null ? ports : { ...ports, complete: (query, call) => engine.complete(query, call) },
    { cache: true, speculate: () => true },
  );
  const replayed = await new LiveReplay(document, service, clock).run(events, (line) => print(line, options));
  const { modelCalls, speculated, wasted } = service.counters;
  const cancelled = engine === null ? null : spent(engine.calls.filter((call) => call.cancelled));
  return { replayed, background: { modelCalls, speculated, wasted, cancelled } };
}

function spent(calls: readonly CallRecord[]): Spent {
  return calls.reduce(
    (sum, { tokens }) => ({
      evaluated: sum.evaluated + tokens.evaluated,
      generated: sum.generated + tokens.generated,
    }),
    { evaluated: 0, generated: 0 },
  );
}

/** Prints a line; an answer that the engine failed to give ends the replay. */
function print(line: ReplayLine, { json }: ReplayOptions): void {
  printLine(line, json);
  if (line.reason === 'engine' || line.reason === 'deadline') {
    const why = line.detail ?? 'it took too long';
    throw new CliError(line.reason, `Line ${line.line} of the trace: ${why}`, exitCode.engineFailed);
  }
}

async function readTrace(file: string): Promise<TraceEvent[]> {
  let text: string;
  try {
    text = await readFile(path.resolve(file), 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : String(code);
    throw new CliError('unreadable', `${file} can't be read: ${why}.`);
  }
  try {
    return parseTrace(text);
  } catch (error) {
    throw asInputError(error);
  }
}

function asInputError(error: unknown): unknown {
  return error instanceof TraceError ? new CliError('bad-trace', error.message) : error;
}
