import type { PromptFormat, Tokenizer } from './format.ts';
import type { PromptLayout } from './layout.ts';

/**
 * How many tokens of a prompt come before all that belongs to the current file: the repository's header and the other
 * files' text, which stay the same for a long time. 0 where the prompt has no other files' text, or not at its start.
 */
export function preambleLength(layout: PromptLayout, format: PromptFormat, tokenizer: Tokenizer): number {
  const repository = format.kind === 'fim' ? (format.family?.repository ?? null) : null;
  if (format.kind !== 'fim' || repository === null) return 0;
  const segments = layout.parts
    .filter(({ kind }) => kind !== 'prefix' && kind !== 'suffix')
    .reduce((sum, part) => sum + part.tokens, 0);
  if (segments === 0) return 0;
  const { tokens } = layout;
  const prefixAt = tokens.indexOf(format.prefix);
  const suffixAt = tokens.indexOf(format.suffix);
  if (repository.place === 'inside-prefix') return prefixAt < suffixAt ? prefixAt + 1 + segments : 0;
  const markers = Math.min(prefixAt, suffixAt);
  const file = repository.file.token === undefined ? null : tokenizer.specialToken(repository.file.token);
  if (file === null || repository.currentPath !== 'before-markers') return markers;
  // The last announced file is the current one, unless it has no path: then one other file is left out too.
  return tokens.lastIndexOf(file, markers);
}
