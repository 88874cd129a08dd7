import { retrieve } from '../../../src/core/chat/retrieval/retrieve.ts';
import type { AskedFolder } from '../../../src/core/chat/retrieval/rankFolder.ts';
import { finished } from '../../../src/core/index/finished.ts';
import type { RetrievalMethod } from './method.ts';

/** The product's own retrieval, on the product's own index. */
export const hearth: RetrievalMethod = {
  name: 'Hearth',
  of: ({ index, texts }) => {
    const folder: AskedFolder = { index, prefix: '', owns: () => true };
    return (question, limit) =>
      retrieve(
        [folder],
        { question, scopes: [], known: [], near: null, limit },
        {
          run: (_, steps) => Promise.resolve(finished(steps())),
          read: (_, path) => Promise.resolve(texts.get(path) ?? null),
        },
      );
  },
};
