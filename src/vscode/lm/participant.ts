import * as vscode from 'vscode';
import type { Mention, Place } from '../../core/chat/context.ts';
import type { Conversation } from '../../core/chat/conversation.ts';
import { isWholeFile, placeLabel } from '../../core/chat/placeText.ts';
import type { TurnEvent } from '../../core/chat/turn/parts.ts';
import { signalOf } from '../cancellation.ts';
import type { ChatCore } from '../chat/chatCore.ts';
import { uriOf, valueOf } from '../chat/documents.ts';
import { answerOnce } from '../chat/onceAnswered.ts';

/** Conversations of VS Code's chat that can be gone on with; older ones begin anew. */
const mostConversations = 20;

/** What is kept with an answer, to find what was said before. */
interface Metadata {
  readonly conversation: string;
}

/** Registers the participant `@hearth` of VS Code's own chat: it answers as Hearth's chat does, with what it read. */
export function registerParticipant(extensionUri: vscode.Uri, core: () => ChatCore): vscode.Disposable {
  const participant = vscode.chat.createChatParticipant('hearth.chat', participantHandler(core));
  participant.iconPath = vscode.Uri.joinPath(extensionUri, 'media/hearth.svg');
  return participant;
}

/** Answers what is asked of the participant. */
export function participantHandler(core: () => ChatCore): vscode.ChatRequestHandler {
  const conversations = new Map<string, Conversation>();
  return async (request, context, stream, token): Promise<vscode.ChatResult> => {
    const { workspace, turn } = core();
    const command = request.command === undefined ? '' : `/${request.command} `;
    const question = {
      text: `${command}${request.prompt}`,
      mentions: request.references.flatMap((reference) => mentionOf(reference, workspace)),
      attachments: [],
      conversation: conversations.get(lastConversation(context) ?? '') ?? null,
    };
    const shown = new Shown(stream, (place) => targetOf(place, workspace));
    const { conversation, answer } = await answerOnce(turn(), question, signalOf(token), (event) =>
      shown.take(event),
    );
    keep(conversations, conversation);
    if (answer.message !== null) stream.markdown(`\n\n${answer.message}`);
    if (answer.reason === 'no-chat-model')
      stream.button({ command: 'hearth.models.choose', title: 'Choose a Model' });
    const metadata: Metadata = { conversation: conversation.id };
    return { metadata };
  };
}

/** A whole file, or lines of one. */
type Target = vscode.Uri | vscode.Location;

/** One answer in VS Code's chat. */
class Shown {
  readonly #stream: vscode.ChatResponseStream;
  readonly #targetOf: (place: Place) => Target | null;

  constructor(stream: vscode.ChatResponseStream, targetOf: (place: Place) => Target | null) {
    this.#stream = stream;
    this.#targetOf = targetOf;
  }

  take(event: TurnEvent): void {
    if (event.type === 'wrote' && event.kind === 'text') this.#stream.markdown(event.text);
    if (event.type === 'called') this.#stream.progress(`${event.call.name} ${event.call.arguments}`);
    if (event.type === 'sent') this.#read(event.request.sources);
    if (event.type === 'returned') this.#read(event.sources);
    if (event.type === 'answered') this.#cited(event.citations.filter(({ verified }) => verified));
  }

  #read(places: readonly Place[]): void {
    this.#each(places, (target) => this.#stream.reference(target));
  }

  #cited(places: readonly Place[]): void {
    if (places.length > 0) this.#stream.markdown('\n\n');
    this.#each(places, (target, place) => {
      this.#stream.anchor(target, placeLabel(place));
      this.#stream.markdown(' ');
    });
  }

  #each(places: readonly Place[], show: (target: Target, place: Place) => void): void {
    for (const place of places) {
      const target = this.#targetOf(place);
      if (target !== null) show(target, place);
    }
  }
}

function targetOf(place: Place, workspace: ChatCore['workspace']): Target | null {
  const uri = uriOf(workspace, place.path);
  if (uri === null || isWholeFile(place)) return uri;
  return new vscode.Location(uri, new vscode.Range(place.startLine - 1, 0, place.endLine - 1, 0));
}

function mentionOf({ value }: vscode.ChatPromptReference, workspace: ChatCore['workspace']): Mention[] {
  if (value instanceof vscode.Uri) return [{ kind: 'file', value: valueOf(workspace, value) }];
  if (!(value instanceof vscode.Location)) return [];
  const { start, end } = value.range;
  const lines = { startLine: start.line + 1, endLine: end.line + 1 };
  return [{ kind: 'file', value: valueOf(workspace, value.uri), ...lines }];
}

function lastConversation({ history }: vscode.ChatContext): string | null {
  const last = history.findLast((turn) => turn instanceof vscode.ChatResponseTurn);
  const metadata = last?.result.metadata as Partial<Metadata> | undefined;
  return metadata?.conversation ?? null;
}

function keep(conversations: Map<string, Conversation>, conversation: Conversation): void {
  conversations.delete(conversation.id);
  conversations.set(conversation.id, conversation);
  const [oldest] = conversations.keys();
  if (conversations.size > mostConversations && oldest !== undefined) conversations.delete(oldest);
}
