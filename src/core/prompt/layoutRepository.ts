import type { RepositoryFormat } from './families.ts';
import type { FimFormat, Tokenizer } from './format.ts';
import type { PromptInput, PromptPart, PromptSegment } from './layoutTypes.ts';

/** Most of the window that other files may take, and less of a window smaller than `smallWindow` tokens. */
const segmentShare = 0.3;
const smallSegmentShare = 0.2;
const smallWindow = 1500;

/** Tokens that other files and the current path may take of a window's `room`. */
export function segmentBudget(room: number): number {
  return Math.floor(room * (room < smallWindow ? smallSegmentShare : segmentShare));
}

/** Other files and the current path as tokens, at the places where the family wants them. */
export interface RepositoryTokens {
  readonly before: readonly number[];
  readonly inPrefix: readonly number[];
  readonly parts: readonly PromptPart[];
}

export function repositoryLength({ before, inPrefix }: RepositoryTokens): number {
  return before.length + inPrefix.length;
}

/**
 * Other files and the current path in the family's own format, in at most `budget` tokens: the path first, then the
 * repository's name, then whole segments, first come first kept.
 */
export function repositoryTokens(
  input: PromptInput,
  format: FimFormat,
  tokenizer: Tokenizer,
  budget: number,
): RepositoryTokens {
  const repository = format.family?.repository ?? null;
  const none: RepositoryTokens = { before: [], inPrefix: [], parts: [] };
  if (repository === null || (input.path === null && input.segments.length === 0)) return none;
  let left = budget;
  const ifFits = (tokens: number[]): number[] => {
    if (tokens.length > left) return [];
    left -= tokens.length;
    return tokens;
  };
  const current = ifFits(input.path === null ? [] : fileHeader(repository, input.path, tokenizer));
  const header = ifFits(
    input.repository === null ? [] : repositoryHeader(repository, input.repository, tokenizer),
  );
  const files: number[] = [];
  const parts: PromptPart[] = [];
  for (const segment of input.segments) {
    const tokens = ifFits([
      ...fileHeader(repository, segment.path, tokenizer),
      ...tokenizer.tokenize(segment.text + repository.separator),
    ]);
    if (tokens.length === 0) continue;
    files.push(...tokens);
    const { kind, path, startLine, endLine } = segment;
    parts.push({ kind, path, startLine, endLine, tokens: tokens.length });
  }
  const before: number[] = [];
  const inPrefix: number[] = [];
  (repository.place === 'before-markers' ? before : inPrefix).push(...header, ...files);
  if (repository.currentPath === 'before-markers') before.push(...current);
  if (repository.currentPath === 'inside-prefix') {
    // StarCoder2 separates the current file by a bare token and puts the path after the prefix marker.
    const bare = repository.file.token === undefined ? null : tokenizer.specialToken(repository.file.token);
    if (bare === null) inPrefix.push(...current);
    else {
      before.push(bare);
      inPrefix.push(...current.slice(1));
    }
  }
  return { before, inPrefix, parts };
}

function repositoryHeader(repository: RepositoryFormat, name: string, tokenizer: Tokenizer): number[] {
  const token = repository.header === undefined ? null : tokenizer.specialToken(repository.header.token);
  return token === null ? [] : [token, ...tokenizer.tokenize(name + (repository.header?.after ?? ''))];
}

function fileHeader(repository: RepositoryFormat, path: string, tokenizer: Tokenizer): number[] {
  const { token, before = '', after } = repository.file;
  const id = token === undefined ? null : tokenizer.specialToken(token);
  return [...(id === null ? [] : [id]), ...tokenizer.tokenize(before + path + after)];
}

/** Whether `longer` begins with the same segments as `shorter`, so that it only has more behind them. */
export function extendsSegments(
  shorter: readonly PromptSegment[],
  longer: readonly PromptSegment[],
): boolean {
  return (
    shorter.length <= longer.length &&
    shorter.every((segment, index) => {
      const other = longer[index];
      return (
        segment === other ||
        (segment.kind === other?.kind && segment.path === other.path && segment.text === other.text)
      );
    })
  );
}
