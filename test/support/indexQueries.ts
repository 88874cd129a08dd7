import type { RepositoryIndex } from '../../src/core/index/repositoryIndex.ts';
import { searchChunks } from '../../src/core/index/search.ts';

/** Names that files of the made-up language may hold. */
const asked = ['add', 'cart', 'Item', 'price', 'total', 'user', 'käse', '$id', 'def', 'type', 'nothing'];

/** What an index answers to all its queries, without the numbers that it gives to files and names. */
export function answersOf(index: RepositoryIndex): unknown {
  const { names } = index;
  const query = new Map<number, number>();
  asked.forEach((name, at) => {
    const id = names.find(name);
    if (id !== undefined) query.set(id, 1 / (1 + at));
  });
  return {
    size: index.size,
    chunks: index.chunkCount,
    average: index.averageLength,
    files: index.files().map(({ path, bytes, mtimeMs, imports, symbols }) => ({
      path,
      bytes,
      mtimeMs,
      imports,
      symbols: symbols.map((one) => ({
        ...one,
        name: names.nameOf(one.name),
        container: one.container === -1 ? null : names.nameOf(one.container),
      })),
    })),
    folders: ['', 'src', 'src/deep', 'é'].map((folder) => index.paths.filesIn(folder)),
    names: asked.map((name) => {
      const id = names.find(name) ?? -1;
      return {
        name,
        chunks: index.chunksOf(id),
        files: filesWith(index, id),
        fileCount: index.fileCountOf(id),
        definers: index.definerCount(id),
        definitions: index
          .definitionsOf(id)
          .map(({ file, symbol }) => `${file.path}:${symbol.startLine} ${symbol.signature}`),
      };
    }),
    found: searchChunks(index, query, { limit: 7 }).map(({ file, chunk, score }) => [
      file.path,
      chunk,
      score,
    ]),
  };
}

/** The paths of the files that hold a name. */
function filesWith(index: RepositoryIndex, name: number): string[] {
  const entries = index.entriesOf(name);
  const ids = new Set(entries.filter((_, at) => at % 2 === 0));
  return [...ids].map((id) => index.file(id)?.path ?? '').sort();
}
