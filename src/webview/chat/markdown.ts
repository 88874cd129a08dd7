import MarkdownIt, { type Token } from 'markdown-it';
import { findReferences } from '../../core/chat/citations.ts';
import type { Citation, Place } from '../../core/chat/context.ts';
import { placeOfWord } from '../../core/chat/placeText.ts';

/**
 * Markdown as a tree of the few elements that an answer may have. Nothing of an answer becomes HTML text: the page
 * makes elements of this tree, and what is not in it can't be made.
 */
export type Piece =
  | string
  | {
      readonly kind: 'element';
      readonly tag: Tag;
      readonly align: Align;
      readonly children: readonly Piece[];
    }
  | ({ readonly kind: 'code'; readonly text: string } & FenceHead)
  /** An address that may be opened in a browser: `https:` only. */
  | { readonly kind: 'link'; readonly href: string; readonly children: readonly Piece[] }
  /** A link or image that leads nowhere: of another scheme, or of none. */
  | { readonly kind: 'dead'; readonly href: string; readonly children: readonly Piece[] }
  /** Words that name a place in the workspace. */
  | { readonly kind: 'place'; readonly place: Place; readonly children: readonly Piece[] };

/** What a fence says of its code; each is '' for nothing. */
export interface FenceHead {
  readonly language: string;
  /** All that stands behind its marks. */
  readonly info: string;
}

const tags = [
  'p',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ul',
  'ol',
  'li',
  'blockquote',
  'table',
  'thead',
  'tbody',
  'tr',
  'th',
  'td',
  'em',
  'strong',
  's',
  'code',
  'br',
  'hr',
] as const;
export type Tag = (typeof tags)[number];
export type Align = 'left' | 'center' | 'right' | null;

/** Longest block that is read as Markdown; longer ones are shown as they are, since no person wrote such a paragraph. */
export const longestMarkdown = 30_000;

const parser = new MarkdownIt('default', { html: false, linkify: false, typographer: false });

/** The tree of a block of Markdown. */
export function markdownTree(text: string): readonly Piece[] {
  return build(parser.parse(text, {}), (place) => place);
}

/** What a place is that a few words of a paragraph name, given all of the paragraph. */
type Resolve = (place: Place) => Place;

/**
 * A file's lines may stand beside its name and not in it: `a.ts` (lines 3 to 9). So the places of a whole paragraph are
 * found first, and those of its pieces are the next of them with the same path.
 */
function resolveIn(paragraph: string): Resolve {
  const references = [...findReferences(paragraph)];
  return (place) => {
    const at = references.findIndex(({ path }) => path === place.path);
    const reference = references.splice(0, at + 1).at(-1);
    if (reference === undefined) return place;
    const { path, startLine, endLine } = reference;
    return { path, startLine, endLine };
  };
}

/** A piece that is still open, and what closes it. */
interface Open {
  readonly children: Piece[];
  readonly close: (children: readonly Piece[]) => Piece | null;
}

function build(tokens: readonly Token[], resolve: Resolve): readonly Piece[] {
  const root: Piece[] = [];
  const stack: Open[] = [];
  const here = () => stack.at(-1)?.children ?? root;
  for (const token of tokens) {
    if (token.type === 'inline') here().push(...build(token.children ?? [], resolveIn(token.content)));
    else if (token.nesting === 1)
      stack.push({ children: token.hidden ? here() : [], close: opened(token, resolve) });
    else if (token.nesting === -1) {
      const open = stack.pop();
      const piece = open?.close(open.children) ?? null;
      if (piece !== null) here().push(piece);
    } else here().push(...leaf(token, resolve));
  }
  return root;
}

function opened(token: Token, resolve: Resolve): Open['close'] {
  if (token.hidden) return () => null;
  if (token.type === 'link_open')
    return (children) => linkPiece(String(token.attrGet('href') ?? ''), children, resolve);
  const tag = tags.find((known) => known === token.tag) ?? 'p';
  const align = /text-align:(left|center|right)/.exec(String(token.attrGet('style') ?? ''))?.[1];
  return (children) => ({ kind: 'element', tag, align: (align ?? null) as Align, children });
}

function leaf(token: Token, resolve: Resolve): readonly Piece[] {
  switch (token.type) {
    case 'text':
      return withPlaces(token.content, false, resolve);
    case 'code_inline':
      return inlineCode(token.content, resolve);
    case 'softbreak':
      return ['\n'];
    case 'hardbreak':
      return [element('br', [])];
    case 'hr':
      return [element('hr', [])];
    case 'fence':
    case 'code_block':
      return [{ kind: 'code', ...fenceHead(token.info), text: withoutLastBreak(token.content) }];
    case 'image':
      // Shown as a link: a picture would be fetched from wherever the answer says.
      return [linkPiece(String(token.attrGet('src') ?? ''), [token.content || 'image'], resolve)];
    default:
      return token.content === '' ? [] : [token.content];
  }
}

function element(tag: Tag, children: readonly Piece[]): Piece {
  return { kind: 'element', tag, align: null, children };
}

function linkPiece(href: string, children: readonly Piece[], resolve: Resolve): Piece {
  const shown = children.length === 0 ? [href] : children;
  if (/^https:\/\//i.test(href)) return { kind: 'link', href, children: plain(shown) };
  const place = placeOfWord(decoded(href), true)?.place;
  return place === undefined
    ? { kind: 'dead', href, children: plain(shown) }
    : { kind: 'place', place: resolve(place), children: plain(shown) };
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** Pieces without links in them: a link can't stand in a link. */
function plain(pieces: readonly Piece[]): readonly Piece[] {
  return pieces.flatMap((piece) => {
    if (typeof piece === 'string' || piece.kind === 'code') return [piece];
    if (piece.kind === 'element') return [{ ...piece, children: plain(piece.children) }];
    return plain(piece.children);
  });
}

/** Text with the places in it that it names; `code`: it stands in a code span. */
function withPlaces(text: string, code: boolean, resolve: Resolve): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { start, end, path, startLine, endLine } of findReferences(text, { code })) {
    if (start > at) pieces.push(text.slice(at, start));
    const place = resolve({ path, startLine, endLine });
    pieces.push({ kind: 'place', place, children: [text.slice(start, end)] });
    at = end;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return pieces;
}

/** A place stands in the code where it is part of it, around it where it is all of it. */
function inlineCode(text: string, resolve: Resolve): readonly Piece[] {
  const pieces = withPlaces(text, true, resolve);
  const only = pieces[0];
  if (pieces.length === 1 && only !== undefined && typeof only !== 'string' && only.kind === 'place')
    return [{ ...only, children: [element('code', [text])] }];
  return [element('code', pieces)];
}

function fenceHead(info: string): FenceHead {
  return { language: /^\s*([\w+#.-]+)/.exec(info)?.[1]?.toLowerCase() ?? '', info: info.trim() };
}

/** The head and the code of a block that is a fence; the fence at its end may not have come yet. */
export function readFence(text: string): FenceHead & { readonly code: string } {
  const token = parser.parse(text, {}).find(({ type }) => type === 'fence');
  return token === undefined
    ? { language: '', info: '', code: text }
    : { ...fenceHead(token.info), code: withoutLastBreak(token.content) };
}

function withoutLastBreak(code: string): string {
  return code.endsWith('\n') ? code.slice(0, -1) : code;
}

/**
 * What is known of a place that the answer names; undefined while nothing is. What was judged may have a longer path:
 * `counter.ts` stands for the one `src/counter.ts` that the model was given.
 */
export function citationOf(place: Place, citations: readonly Citation[]): Citation | undefined {
  const lines = citations.filter(
    ({ startLine, endLine }) => startLine === place.startLine && endLine === place.endLine,
  );
  return (
    lines.find(({ path }) => path === place.path) ?? lines.find(({ path }) => path.endsWith(`/${place.path}`))
  );
}
