import type { ChatModel } from '../core/chat/ports.ts';
import { localRoute, noFacts } from '../core/endpoints/routing.ts';
import type { Routes } from '../host/endpoints/routes.ts';
import * as v from 'valibot';
import { fileAccess } from '../core/refactor/fileAccess.ts';
import { judgeAnswer, type Judgement } from '../core/refactor/judge.ts';
import { saidOf, type RefactorRecipe } from '../core/refactor/kinds.ts';
import type { RefactorFiles, RefactorPorts, SyntaxPort } from '../core/refactor/ports.ts';
import { targetFor, type ScopedTarget } from '../core/refactor/scope.ts';
import { runRefactor } from '../core/refactor/session.ts';
import { RefactorTask } from '../core/refactor/task.ts';
import { testFileOf } from '../core/refactor/testFile.ts';
import { testRecogniser } from '../core/refactor/testRunner.ts';
import type { FileChange } from '../core/refactor/types.ts';
import { chatWorkspace, type HostChatWorkspace } from '../host/chat/workspacePort.ts';
import { diskFiles } from '../host/refactor/diskFiles.ts';
import { syntaxPort } from '../host/refactor/syntaxPort.ts';
import { writeChanges, WriteRefused } from '../host/refactor/writeChanges.ts';
import { runBatch } from './batch.ts';
import { LocalModel } from './chatEngines.ts';
import { openRoutes } from './endpoints.ts';
import { CliSurroundings } from './chatSurroundings.ts';
import { interruptible } from './interruptible.ts';
import { CliError, exitCode, printJson, printNote } from './output.ts';
import { currentText, readText } from './position.ts';
import type { RefactorOptions } from './refactorArguments.ts';
import { recipeOf } from './refactorKinds.ts';
import { locateSelection, type RefactorPlace } from './refactorPlace.ts';
import { judgementReport, problemReport, resultReport, type RefactorReport } from './refactorReport.ts';
import type { Session } from './session.ts';

const batchLine = v.strictObject({
  kind: v.string(),
  position: v.string(),
  instruction: v.optional(v.string(), ''),
  text: v.optional(v.string()),
  answer: v.optional(v.string()),
});

/** One refactor that is asked for. */
interface Asked {
  readonly kind: string;
  readonly position: string;
  readonly instruction: string;
  readonly text: string | null;
  /** A recorded answer; null to ask the model. */
  readonly answer: string | null;
}

/** `hearth refactor`: returns the exit code. */
export async function runRefactorCommand(options: RefactorOptions, session: Session): Promise<number> {
  const command = new RefactorCommand(options, session);
  try {
    return await interruptible(async (signal) => {
      if (options.batch !== null) return await command.batch(options.batch, signal);
      const { kind, position, instruction } = options;
      const answer = options.answer === null ? null : await readText(options.answer);
      const text = await currentText(options);
      const asked = { kind: kind ?? '', position: position ?? '', instruction, text, answer };
      return show(await command.refactor(asked, signal), options);
    });
  } finally {
    await command.dispose();
  }
}

function show(report: RefactorReport, { json, write }: RefactorOptions): number {
  if (json) printJson(report);
  else {
    const { accepted, diff, names, message, checks, notes, written } = report;
    if (accepted && !write) process.stdout.write(diff);
    for (const name of names) process.stdout.write(`${name}\n`);
    for (const file of written) process.stdout.write(`${file}\n`);
    for (const note of notes) printNote(note);
    const failed = checks.filter(({ ok }) => !ok).map(({ detail }) => detail);
    if (!accepted) for (const one of new Set([message ?? '', ...failed])) printNote(one);
  }
  return report.accepted ? exitCode.done : exitCode.nothing;
}

/** What the command works with, made when it is first needed: a recorded answer needs no engine. */
class RefactorCommand {
  readonly #options: RefactorOptions;
  readonly #session: Session;
  readonly #workspace: HostChatWorkspace;
  readonly #syntax: SyntaxPort;
  readonly #files: RefactorFiles;
  readonly #local: LocalModel;
  #routes: Promise<Routes | null> | null = null;

  constructor(options: RefactorOptions, session: Session) {
    const folders = [options.workspace];
    this.#options = options;
    this.#session = session;
    this.#local = new LocalModel(options, session);
    session.index(null);
    this.#workspace = chatWorkspace(session.workspace, { folders: () => folders, wait: true });
    this.#syntax = syntaxPort(session.workspace);
    this.#files = diskFiles({ workspace: this.#workspace, client: session.workspace, folders });
  }

  dispose(): Promise<void> {
    return this.#local.stop();
  }

  async batch(file: string, signal: AbortSignal): Promise<number> {
    const exit = await runBatch(file, batchLine, async ({ text = null, answer = null, ...asked }) => {
      if (signal.aborted) throw new CliError('cancelled', 'The refactor was stopped.', exitCode.nothing);
      return this.refactor({ ...asked, text, answer }, signal);
    });
    return signal.aborted ? exitCode.nothing : exit;
  }

  /** Makes one change; throws CliError for what can't be asked for, or not be written. */
  async refactor(asked: Asked, signal: AbortSignal): Promise<RefactorReport> {
    const { workspace: folder, write } = this.#options;
    const recipe = await recipeOf(asked.kind, folder);
    const place = await locateSelection(asked.position, asked.text, folder);
    if (recipe.words === 'needed' && asked.instruction.trim() === '' && asked.answer === null)
      throw new CliError('usage', `${asked.kind} needs an instruction: ${recipe.prompt} (--instruction)`);
    const { file, selection } = place;
    const outline = await this.#syntax.facts(file.language, file.path, file.text);
    const scoped = targetFor(recipe, file, selection, outline);
    if ('code' in scoped) return problemReport(scoped);
    const { report, changes } =
      asked.answer === null
        ? await this.#asked(asked, recipe, { place, scoped }, signal)
        : await this.#recorded(asked.instruction, asked.answer, recipe, scoped);
    if (!write || !report.accepted) return report;
    return { ...report, written: await this.#write(changes, place) };
  }

  /** A recorded answer goes the same way as a model's. */
  async #recorded(
    words: string,
    answer: string,
    recipe: RefactorRecipe,
    { target, note }: ScopedTarget,
  ): Promise<{ report: RefactorReport; changes: readonly FileChange[] }> {
    const { kind, form } = recipe;
    const ports = { workspace: this.#workspace, files: this.#files };
    const recognise = testRecogniser(this.#files);
    const expected = form === 'file' ? (await testFileOf(target.file, ports, recognise)).path : null;
    const known = expected === null ? [] : [expected];
    const mayCreate = kind === 'tests';
    const tests = mayCreate ? { recognise, expected } : null;
    const access = await fileAccess(answer, { files: this.#files, target, known, mayCreate });
    const instruction = saidOf(recipe, [words]);
    const judgement = await judgeAnswer(answer, { kind, instruction, target, access, tests }, this.#syntax);
    const notes = [...noted(note), ...judgement.notes];
    return { report: judgementReport(judgement, target, notes), changes: judgement.changes };
  }

  async #asked(
    { instruction, text }: Asked,
    recipe: RefactorRecipe,
    { place, scoped }: { place: RefactorPlace; scoped: ScopedTarget },
    signal: AbortSignal,
  ): Promise<{ report: RefactorReport; changes: readonly FileChange[] }> {
    const { workspace: folder, maxTokens } = this.#options;
    const endpoint = await this.#endpoint();
    const { target, part, note } = scoped;
    const client = this.#session.workspace;
    const { document, languageId, path, inside } = place.position;
    if (text !== null) client.open(document, 1, { text, languageId, path, folder: inside ? folder : null });
    try {
      const local: RefactorPorts = {
        // Behind an endpoint it is loaded only if it is needed.
        model: endpoint === null ? await this.#local.loaded() : this.#local.onDemand(),
        workspace: this.#workspace,
        surroundings: new CliSurroundings({ workspace: this.#workspace, client, folder }),
        ...{ syntax: this.#syntax, files: this.#files, settings: { maxTokens, temperature: 0 } },
      };
      const fallback = { parts: local, chosen: this.#options.route !== null };
      const result = await runRefactor(
        { recipe, words: instruction, target, part, problems: [], attempt: 0, earlier: [] },
        endpoint === null ? local : { ...local, model: endpoint, fallback },
        new RefactorTask('gathering'),
        signal,
      );
      const { outcome } = result;
      if (outcome.kind === 'failed' && outcome.reason === 'engine')
        throw new CliError('engine', outcome.message, exitCode.engineFailed);
      return { report: resultReport(result, target, noted(note)), changes: changesOf(outcome) };
    } finally {
      client.close(document);
    }
  }

  /** The endpoint that is asked; null: the local model is. */
  async #endpoint(): Promise<ChatModel | null> {
    const { stateFolder } = this.#session;
    this.#routes ??= openRoutes({ ...this.#options, stateFolder });
    const routes = await this.#routes;
    const route = routes?.choose('refactor', this.#options.route, noFacts).route ?? localRoute;
    return routes?.model(route) ?? null;
  }

  /** The files that were written. */
  async #write(
    changes: readonly FileChange[],
    { file, absolute }: RefactorPlace,
  ): Promise<readonly string[]> {
    try {
      await writeChanges(changes, (path) => (path === file.path ? absolute : this.#workspace.absolute(path)));
    } catch (error) {
      if (error instanceof WriteRefused) throw new CliError(error.code, error.message);
      throw error;
    }
    this.#session.workspace.disk(changes.flatMap(({ path }) => this.#workspace.absolute(path) ?? []));
    return changes.map(({ path }) => path);
  }
}

function changesOf(outcome: { kind: string; judgement?: Judgement | null }): readonly FileChange[] {
  return outcome.kind === 'change' ? (outcome.judgement?.changes ?? []) : [];
}

function noted(note: string | null): readonly string[] {
  return note === null ? [] : [note];
}
