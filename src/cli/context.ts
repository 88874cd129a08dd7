import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { exclusionSentences } from '../core/index/exclusions.ts';
import type { ContextReport } from '../core/context/report.ts';
import { windowLimits } from '../core/text/window.ts';
import type { ContextOptions } from './arguments.ts';
import { runBatch } from './batch.ts';
import { CliError, exitCode, printJson, printNote } from './output.ts';
import { currentText, locate, type FilePosition } from './position.ts';
import { contextTokens, type Session } from './session.ts';

const mostBudget = 1_000_000;
const batchLine = v.strictObject({
  position: v.string(),
  text: v.optional(v.string()),
  budget: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(mostBudget))),
});

interface Request {
  readonly position: string;
  readonly text: string | null;
  readonly budget: number;
}

/** The document that the worker has open: requests about the same text, or another text of the same file, follow often. */
class OpenDocument {
  readonly #session: Session;
  readonly #folder: string;
  #open: Pick<FilePosition, 'document' | 'text'> | null = null;
  #version = 0;

  constructor(session: Session, folder: string) {
    this.#session = session;
    this.#folder = folder;
  }

  /** Opens the file of a position with its text; gives the document's version. */
  show({ document, text, languageId, path }: FilePosition): number {
    const { workspace } = this.#session;
    if (this.#open !== null && this.#open.document !== document) workspace.close(this.#open.document);
    if (this.#open?.document !== document || this.#open.text !== text) {
      this.#version += 1;
      workspace.open(document, this.#version, { text, languageId, path, folder: this.#folder });
      this.#open = { document, text };
    }
    return this.#version;
  }
}

/** `hearth context`: what the rest of the workspace gives for a position. Returns the exit code. */
export async function runContext(options: ContextOptions, session: Session): Promise<number> {
  // No model is needed to estimate.
  const model = options.tokenizer === 'chars' ? null : await session.engine.start();
  session.index(model?.fingerprint ?? null);
  const window = model?.contextTokens ?? contextTokens;
  const open = new OpenDocument(session, options.workspace);
  if (options.batch !== null) {
    return runBatch(options.batch, batchLine, ({ position, text = null, budget = options.budget }) =>
      answerOne({ position, text, budget }, { options, session, window, open }),
    );
  }
  const [position = ''] = options.positions;
  const request = { position, text: await currentText(options), budget: options.budget };
  const report = await answerOne(request, { options, session, window, open });
  if (options.json) printJson(report);
  else process.stdout.write(report.text);
  if (report.segments.length > 0) return exitCode.done;
  if (!options.json) printNote('The rest of the workspace gives nothing for this position.');
  return exitCode.nothing;
}

/** What all requests of a call share. */
interface Shared {
  readonly options: ContextOptions;
  readonly session: Session;
  /** Tokens of the model's window. */
  readonly window: number;
  readonly open: OpenDocument;
}

async function answerOne(
  request: Request,
  { options, session, window, open }: Shared,
): Promise<Omit<ContextReport, 'index'>> {
  const place = await locate(request.position, request.text, options.workspace);
  if (!place.inside)
    throw new CliError('outside', `${place.path} lies outside of the workspace ${options.workspace}.`);
  const reply = await session.workspace.context({
    document: place.document,
    documentVersion: open.show(place),
    offset: place.offset,
    limits: windowLimits(window),
    budget: request.budget,
    estimate: options.tokenizer === 'chars',
    wait: true,
  });
  if (reply.kind === 'problem') throw await problem(reply.problem, place, session);
  if (reply.kind === 'unknown')
    throw new CliError('internal', 'The workspace worker lost the document.', exitCode.engineFailed);
  const { tokens, estimated, chars, text, segments, ms } = reply.report;
  return { tokens, estimated, chars, text, segments, ms };
}

const problems: Readonly<Record<string, string>> = {
  secret: 'its name says that it may hold passwords, keys or tokens, so nothing is gathered for it',
  'too-large': 'it is too large',
  binary: 'it is not text',
  'line-too-long': 'the line at this position is too long',
  'inside-character': 'the position is inside a character of two UTF-16 units',
  'no-folder': 'it lies in no workspace folder',
};

async function problem(kind: string, place: FilePosition, session: Session): Promise<CliError> {
  const excluded = await session.workspace.excluded(fileURLToPath(place.document));
  const why = problems[kind] ?? kind;
  const detail = excluded === null ? '' : ` ${exclusionSentences[excluded.reason]}`;
  return new CliError(kind, `${place.path}: ${why}.${detail}`);
}
