import { TokenCounts } from '../../src/workspace/tokenCounts.ts';
import { ChatQuestions } from '../../src/workspace/chat/chatQuestions.ts';
import type { ChatQuestion, ChatReplies } from '../../src/workspace/chat/questions.ts';
import { WorkspaceIndex } from '../../src/workspace/workspaceIndex.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { grammarsFolder } from './grammars.ts';

/** Workspace folders with their index, and what the chat is told of them. */
export class ChatWorld {
  readonly index: WorkspaceIndex;
  /** Texts of open documents, by `folder\0path`. */
  readonly open = new Map<string, string>();
  readonly #chat: ChatQuestions;

  constructor(folders: readonly string[], parsers: Parsers, exclude: Readonly<Record<string, boolean>> = {}) {
    this.index = new WorkspaceIndex({
      parsers,
      grammarsFolder,
      openText: (folder, path) => this.open.get(`${folder}\0${path}`) ?? null,
      onProgress: () => undefined,
      log: (message) => {
        throw new Error(message);
      },
    });
    this.#chat = new ChatQuestions(this.index, new TokenCounts(() => Promise.resolve(null)));
    this.index.setFolders(
      folders.map((path) => ({ path, exclude })),
      null,
    );
  }

  async ask<Question extends ChatQuestion>(
    question: Question,
    signal = new AbortController().signal,
  ): Promise<ChatReplies[Question['kind']]> {
    return (await this.#chat.answer(question, signal)) as ChatReplies[Question['kind']];
  }

  /** What is retrieved for a question, by path. */
  async retrieved(question: string): Promise<string[]> {
    const query = { kind: 'retrieve', question, scopes: [], known: [], near: null, limit: 20 } as const;
    const found = await this.ask({ ...query, scopes: [], known: [] });
    return found.map(({ path }) => path);
  }
}
