import type { FileAccess } from '../../../../src/core/refactor/place.ts';
import type { RefactorTarget } from '../../../../src/core/refactor/types.ts';

export interface MarkedOptions {
  readonly path?: string;
  readonly language?: string;
  readonly name?: string;
}

/** A target in a file whose text has it between `⟦` and `⟧`. */
export function marked(text: string, options: MarkedOptions = {}): RefactorTarget {
  const { path = 'src/a.py', language = 'python', name } = options;
  const start = text.indexOf('⟦');
  const end = text.indexOf('⟧') - 1;
  return {
    file: { path, language, text: text.replace('⟦', '').replace('⟧', '') },
    start,
    end,
    definition: name === undefined ? null : { name, kind: 'function' },
  };
}

/** A workspace with some other files, their texts by path. */
export function workspaceOf(files: Readonly<Record<string, string>> = {}, mayCreate = false): FileAccess {
  return {
    mayCreate,
    other: (path) => {
      if (path.startsWith('secret')) return 'forbidden';
      const text = files[path];
      return text === undefined ? null : { path, text, language: path.slice(path.lastIndexOf('.') + 1) };
    },
  };
}
