import { createElement, Fragment, type ComponentChildren } from 'preact';
import type { Citation } from '../../core/chat/context.ts';
import { CodeBlock } from './Code.tsx';
import { citationOf, type Piece } from './markdown.ts';
import type { Page } from './page.ts';
import { placeWords } from './words.ts';

/** Why a place that an answer names is not to be relied on. */
const problems: Readonly<Record<NonNullable<Citation['problem']>, string>> = {
  'no-file': 'Unverified: there is no such file',
  'no-lines': 'Unverified: the file has no such lines',
  'not-read': 'Unverified: the model was not given these lines',
};

/** What the pieces of an answer need to be drawn. */
export interface DrawContext {
  readonly citations: readonly Citation[];
  readonly commitMessage: boolean;
  readonly page: Page;
  /** What the answer says before a piece of code, the end of that. */
  readonly before: (code: string) => string;
}

/** Headings of an answer stand below the one that names it. */
const headings: Readonly<Record<string, string>> = { h1: 'h3', h2: 'h4', h3: 'h5', h4: 'h6', h5: 'h6' };

/** Elements of a tree of Markdown. */
export function drawPieces(pieces: readonly Piece[], context: DrawContext): ComponentChildren {
  return pieces.map((piece, at) => {
    if (typeof piece === 'string') return piece;
    switch (piece.kind) {
      case 'element':
        return drawElement(piece, at, context);
      case 'code':
        return (
          <CodeBlock
            key={at}
            code={piece.text}
            language={piece.language}
            info={piece.info}
            before={() => context.before(piece.text)}
            open={false}
            commitMessage={context.commitMessage}
          />
        );
      case 'link':
        return (
          <Link
            key={at}
            title={piece.href}
            onOpen={() => context.page.send({ type: 'link', href: piece.href })}
          >
            {drawPieces(piece.children, context)}
          </Link>
        );
      case 'dead':
        return (
          <span key={at} class="dead-link" title={`${piece.href} is not opened: only https links are.`}>
            {drawPieces(piece.children, context)}
          </span>
        );
      case 'place':
        return <PlaceLink key={at} piece={piece} context={context} />;
    }
  });
}

function drawElement(
  { tag, align, children }: Extract<Piece, { kind: 'element' }>,
  key: number,
  context: DrawContext,
): ComponentChildren {
  const drawn = createElement(
    headings[tag] ?? tag,
    align === null ? { key } : { key, class: `align-${align}` },
    tag === 'br' || tag === 'hr' ? null : drawPieces(children, context),
  );
  if (tag !== 'table') return drawn;
  return (
    <div key={key} class="table" tabIndex={0} role="group" aria-label="Table">
      {drawn}
    </div>
  );
}

/** A place is a link once it is known whether it is right; until then it is what the model wrote. */
function PlaceLink({
  piece,
  context,
}: {
  readonly piece: Extract<Piece, { kind: 'place' }>;
  readonly context: DrawContext;
}) {
  const citation = citationOf(piece.place, context.citations);
  const shown = drawPieces(piece.children, context);
  if (citation === undefined) return <Fragment>{shown}</Fragment>;
  const { path, startLine, endLine, verified, problem } = citation;
  // Lines 0 to 0 stand for the whole file.
  const open = () =>
    context.page.send({
      type: 'open',
      path,
      startLine: Math.max(1, startLine),
      endLine: Math.max(1, endLine),
    });
  if (verified)
    return (
      <Link title={`Open ${placeWords(citation)}`} onOpen={open}>
        {shown}
      </Link>
    );
  const why = problem === null ? 'Unverified' : problems[problem];
  return (
    <Link title={`${why}.`} onOpen={open} unverified>
      {shown}
      <span class="doubt" aria-hidden="true">
        ⚠
      </span>
      <span class="visually-hidden"> ({why})</span>
    </Link>
  );
}

/** A link without an address: the frame around the page would open one by itself. */
function Link({
  title,
  onOpen,
  unverified = false,
  children,
}: {
  readonly title: string;
  readonly onOpen: () => void;
  readonly unverified?: boolean;
  readonly children: ComponentChildren;
}) {
  return (
    <a
      role="link"
      tabIndex={0}
      class={unverified ? 'link unverified' : 'link'}
      title={title}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        onOpen();
      }}
    >
      {children}
    </a>
  );
}
