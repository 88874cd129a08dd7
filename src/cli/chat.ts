import * as v from 'valibot';
import type { Mention } from '../core/chat/context.ts';
import type { AssistantMessage } from '../core/chat/conversation.ts';
import { shownMessages } from '../core/chat/path.ts';
import type { ChatModel } from '../core/chat/ports.ts';
import { unlessAborted } from '../core/chat/turn/aborted.ts';
import { ChatService, type ChatChange } from '../host/chat/chatService.ts';
import { chatWorkspace } from '../host/chat/workspacePort.ts';
import { localRoute, noFacts } from '../core/endpoints/routing.ts';
import type { Routes } from '../host/endpoints/routes.ts';
import { openRoutes } from './endpoints.ts';
import { runBatch } from './batch.ts';
import { mentionOf, type ChatOptions } from './chatArguments.ts';
import { LocalModel, noChatModel } from './chatEngines.ts';
import { openHistory } from './chatHistory.ts';
import { ChatOutput } from './chatOutput.ts';
import { exitOf, notesOf, reportOf, sourceLines } from './chatReport.ts';
import { CliSurroundings } from './chatSurroundings.ts';
import { interruptible } from './interruptible.ts';
import { plainDocument } from './modelsText.ts';
import { CliError, exitCode, printJson } from './output.ts';
import { readText } from './position.ts';
import type { Session } from './session.ts';

const batchLine = v.strictObject({ question: v.string(), mentions: v.optional(v.array(v.string()), []) });

/** `hearth chat`: returns the exit code. */
export async function runChat(options: ChatOptions, session: Session): Promise<number> {
  session.index(null);
  const routes = options.retrieveOnly
    ? null
    : await openRoutes({ ...options, stateFolder: session.stateFolder });
  const elsewhere = (routes?.choose('chat', options.route, noFacts).route ?? localRoute) !== localRoute;
  const local = new LocalModel({ ...options, answersSayLimitation: true }, session);
  try {
    // Where nobody is asked no model is loaded, and behind an endpoint only if it is needed.
    const model = options.retrieveOnly ? noChatModel : elsewhere ? local.onDemand() : await local.loaded();
    return await interruptible(async (signal) => {
      const chat = await openChat(options, { session, model, routes, signal });
      try {
        return options.batch === null ? await askOne(chat) : await askBatch(chat, options.batch);
      } finally {
        await chat.service.shutdown();
      }
    });
  } finally {
    await local.stop();
  }
}

/** A chat of the command line. */
interface Chat {
  readonly options: ChatOptions;
  readonly service: ChatService;
  readonly surroundings: CliSurroundings;
  readonly signal: AbortSignal;
}

/** What a chat is made with. */
interface ChatWorld {
  readonly session: Session;
  readonly model: ChatModel;
  readonly routes: Routes | null;
  readonly signal: AbortSignal;
}

async function openChat(options: ChatOptions, { session, model, routes, signal }: ChatWorld): Promise<Chat> {
  const { workspace: folder, maxTokens, retrieveOnly, history } = options;
  const workspace = chatWorkspace(session.workspace, { folders: () => [folder], wait: true });
  const surroundings = new CliSurroundings({ workspace, client: session.workspace, folder });
  const { store, id } = await openHistory(retrieveOnly ? null : history);
  const service = new ChatService({
    ...{ store, workspace, surroundings, workspaceId: folder },
    ...(routes === null ? {} : { routes }),
    model,
    settings: () => ({ maxTokens, temperature: 0, thinking: true, retrieval: true, tools: true }),
    formatDate: (milliseconds) => new Date(milliseconds).toISOString(),
  });
  if (id !== null) await service.open(id);
  return { options, service, surroundings, signal };
}

async function askOne(chat: Chat): Promise<number> {
  const { question, mentions, json, retrieveOnly } = chat.options;
  const text = question === '-' ? await readText('-') : (question ?? '');
  const output = json ? null : new ChatOutput();
  const answer = await ask(chat, text, mentions, (change) => output?.show(change)).finally(() =>
    output?.end(),
  );
  const report = reportOf(answer, retrieveOnly);
  if (output === null) printJson(report);
  else {
    if (report.answer === '') process.stdout.write(plainDocument(sourceLines(report)));
    for (const note of notesOf(report)) output.note(note);
  }
  return exitOf(report, retrieveOnly);
}

/** Lines are questions of their own; with a history, they follow one another. */
async function askBatch(chat: Chat, file: string): Promise<number> {
  const { options, service, signal } = chat;
  const exit = await runBatch(file, batchLine, async ({ question, mentions }) => {
    if (signal.aborted) throw stopped();
    if (options.history === null || options.retrieveOnly) await service.newConversation();
    const answer = await ask(chat, question, mentions.map(mentionOf), () => undefined);
    return reportOf(answer, options.retrieveOnly);
  });
  return signal.aborted ? exitCode.nothing : exit;
}

/** Asks a question; throws CliError where it can't be asked or the engine fails. */
async function ask(
  { options: { route }, service, surroundings, signal }: Chat,
  question: string,
  mentions: readonly Mention[],
  onChange: (change: ChatChange) => void,
): Promise<AssistantMessage> {
  await check(mentions, surroundings, signal);
  const stop = (): void => void service.stop();
  const unheard = service.onChange(onChange);
  signal.addEventListener('abort', stop, { once: true });
  try {
    const asked = service.ask(question, mentions, route === null ? {} : { route });
    if (signal.aborted) stop();
    const refusal = await asked;
    if (refusal !== null) throw new CliError('usage', refusal);
  } finally {
    unheard();
    signal.removeEventListener('abort', stop);
  }
  const { conversation } = service;
  const answer = conversation === null ? undefined : shownMessages(conversation).at(-1);
  if (answer?.role !== 'assistant') throw new Error('The question was not answered.');
  if (answer.state === 'failed')
    throw new CliError(answer.reason ?? 'engine', answer.message ?? '', exitCode.engineFailed);
  return answer;
}

/** Throws CliError for a mention that can't be read: somebody has just named it. */
async function check(
  mentions: readonly Mention[],
  surroundings: CliSurroundings,
  signal: AbortSignal,
): Promise<void> {
  for (const mention of mentions) {
    const found = await unlessAborted(() => surroundings.attach(mention, signal), signal).catch(
      (error: unknown) => {
        throw signal.aborted ? stopped() : error;
      },
    );
    if ('problem' in found) throw new CliError('bad-mention', found.problem);
  }
}

function stopped(): CliError {
  return new CliError('cancelled', 'The chat was stopped.', exitCode.nothing);
}
