import type { RetrievalQuery, Snippet } from '../../src/core/chat/context.ts';
import type { AskedFolder } from '../../src/core/chat/retrieval/rankFolder.ts';
import { retrieve } from '../../src/core/chat/retrieval/retrieve.ts';
import { finished } from '../../src/core/index/finished.ts';
import { indexOf } from './madeUpLanguage.ts';

/** Files in the made-up language as one folder of a workspace, and what was read of them. */
export class RetrievalWorld {
  readonly folder: AskedFolder;
  /** Paths of the files that were read, in order. */
  readonly reads: string[] = [];
  readonly #files: Readonly<Record<string, string>>;

  constructor(files: Readonly<Record<string, string>>, prefix = '') {
    this.#files = files;
    this.folder = { index: indexOf(files), prefix, owns: () => true };
  }

  async retrieve(question: string, more: Partial<RetrievalQuery> = {}): Promise<Snippet[]> {
    const query = { question, scopes: [], known: [], near: null, limit: 5, ...more };
    return retrieve([this.folder], query, {
      run: (_, steps) => Promise.resolve(finished(steps())),
      read: (_, path) => {
        this.reads.push(path);
        return Promise.resolve(this.#files[path] ?? null);
      },
    });
  }

  /** What is found, as `path:from-to`. */
  async places(question: string, more: Partial<RetrievalQuery> = {}): Promise<string[]> {
    const found = await this.retrieve(question, more);
    return found.map(({ path, startLine, endLine }) => `${path}:${startLine}-${endLine}`);
  }
}
