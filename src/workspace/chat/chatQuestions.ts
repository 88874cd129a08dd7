import type { FilePart, FoundSymbol, Place } from '../../core/chat/context.ts';
import { repositoryMap } from '../../core/chat/map/repositoryMap.ts';
import { byMatch, findPaths } from '../../core/chat/retrieval/findPaths.ts';
import { bySymbolMatch, findSymbols } from '../../core/chat/retrieval/findSymbols.ts';
import { retrieve } from '../../core/chat/retrieval/retrieve.ts';
import { textLines } from '../../core/chat/retrieval/textLines.ts';
import type { TokenCounts } from '../tokenCounts.ts';
import type { WorkspaceIndex } from '../workspaceIndex.ts';
import { ChatFolders } from './chatFolders.ts';
import type { ChatQuestion, ChatReplies, ChatReply } from './questions.ts';
import { findReferences, searchText } from './textSearch.ts';

/**
 * Answers what the chat asks. Each answer is worked out with pauses, so that the worker's other messages wait for a file
 * or a few milliseconds at most, and sees the workspace's folders as they were when it was asked.
 */
export class ChatQuestions {
  readonly #index: WorkspaceIndex;
  readonly #counts: TokenCounts;

  constructor(index: WorkspaceIndex, counts: TokenCounts) {
    this.#index = index;
    this.#counts = counts;
  }

  /** Rejects soon after `signal` aborts. */
  async answer(question: ChatQuestion, signal: AbortSignal): Promise<ChatReply> {
    const folders = new ChatFolders(this.#index, signal);
    switch (question.kind) {
      case 'retrieve':
        await folders.learnWords();
        return retrieve(folders.all, question, folders);
      case 'map':
        return repositoryMap(folders.all, question, {
          run: folders.run,
          count: (texts) => this.#count(texts),
        });
      case 'findSymbols':
        return symbols(folders, question.name, question.limit);
      case 'findPaths':
        return paths(folders, question.query, question.limit);
      case 'references':
        return findReferences(folders, question.name, question.limit);
      case 'search':
        return searchText(folders, question.text, question.scope, question.limit);
      case 'read':
        return readPart(folders, question);
      case 'check':
        return check(folders, question.places);
    }
  }

  /** Tokens by the model's tokenizer where there is one, else an estimate that is rather too high. */
  async #count(texts: readonly string[]): Promise<readonly number[]> {
    const { count } = this.#counts;
    for (const text of texts) count(text);
    await this.#counts.settle();
    return texts.map((text) => Math.ceil(count(text)));
  }
}

async function symbols(folders: ChatFolders, name: string, limit: number): Promise<FoundSymbol[]> {
  const found = await folders.fromEach((folder) => findSymbols(folder, name, limit));
  return found
    .sort(bySymbolMatch)
    .slice(0, limit)
    .map(({ symbol }) => symbol);
}

async function paths(folders: ChatFolders, query: string, limit: number): Promise<string[]> {
  const found = await folders.fromEach((folder) => findPaths(folder, query, limit));
  return found
    .sort(byMatch)
    .slice(0, limit)
    .map(({ path }) => path);
}

async function readPart(folders: ChatFolders, wanted: Place): Promise<FilePart | null> {
  const found = await folders.textOf(wanted.path);
  if (found === null) return null;
  const all = textLines(found.text);
  const startLine = Math.max(1, wanted.startLine);
  const lines = all.slice(startLine - 1, Math.max(startLine - 1, wanted.endLine));
  const endLine = startLine - 1 + lines.length;
  const part = { path: found.path, startLine, endLine, text: lines.join('\n'), lines: all.length };
  const real = await folders.linkTarget(wanted.path);
  return real === null ? part : { ...part, real };
}

async function check(folders: ChatFolders, places: readonly Place[]): Promise<ChatReplies['check']> {
  const texts = new Map<string, number | null>();
  const answers: ChatReplies['check'][number][] = [];
  for (const { path, startLine, endLine } of places) {
    let lines = texts.get(path);
    if (lines === undefined) {
      const found = await folders.textOf(path);
      lines = found === null ? null : textLines(found.text).length;
      texts.set(path, lines);
    }
    if (lines === null) answers.push('no-file');
    else answers.push(startLine >= 1 && startLine <= endLine && endLine <= lines ? 'ok' : 'no-lines');
  }
  return answers;
}
