import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Citation } from '../../core/chat/context.ts';
import type { MarkdownBlock } from '../../core/chat/markdownBlocks.ts';
import { BlockList, boundBlocks, shownAtEachEnd, type Bound } from './blocks.ts';
import { CodeBlock, LongText } from './Code.tsx';
import { characters } from './figures.ts';
import { longestMarkdown, markdownTree, readFence } from './markdown.ts';
import { memo } from './memo.tsx';
import { whenNear } from './nearView.ts';
import { usePage } from './page.ts';
import { drawPieces } from './Pieces.tsx';

interface ProseContext {
  readonly citations: readonly Citation[];
  readonly commitMessage: boolean;
}

interface BlockContext extends ProseContext {
  /** What the answer says up to an offset, the end of that. */
  readonly textBefore: (end: number) => string;
}

/** Characters before a block of code that may say which file it is for. */
const shownBefore = 2_000;

/** Blocks at the end of an answer that are drawn at once, where it is in view when it is opened. */
const drawnAtOnce = 24;

/** How much is shown, where all is wanted, a frame later. */
function more({ characters, blocks }: Bound): Bound {
  return {
    characters: characters + shownAtEachEnd.characters,
    blocks: blocks + shownAtEachEnd.blocks,
  };
}

/** Markdown that may grow: finished blocks are drawn once. `near`: it is in view when it is opened. */
export function Prose({
  text,
  writing,
  near,
  citations,
  commitMessage,
}: ProseContext & { readonly text: string; readonly writing: boolean; readonly near: boolean }) {
  const [list] = useState(() => new BlockList());
  const blocks = list.update(text);
  // The same function for as long as the answer is there, so that finished blocks are not drawn again.
  const whole = useRef(text);
  whole.current = text;
  const [textBefore] = useState(
    () => (end: number) => whole.current.slice(Math.max(0, end - shownBefore), end),
  );
  const [limit, setLimit] = useState(shownAtEachEnd);
  const [all, setAll] = useState(false);
  const { head, tail, hidden } = boundBlocks(blocks, limit);
  const goesOn = all && hidden > 0;
  // All of a very long answer at once would make the page stand still: it comes a piece a frame. A frame that brings
  // nothing, as before a block that is longer than a piece, is followed by another one.
  useEffect(() => {
    if (!goesOn) return;
    const frame = requestAnimationFrame(() => setLimit(more));
    return () => cancelAnimationFrame(frame);
  }, [goesOn, limit]);
  const eager = blocks[blocks.length - drawnAtOnce]?.start ?? 0;
  const show = (block: MarkdownBlock) => (
    <Block
      key={block.start}
      block={block}
      near={near && block.start >= eager}
      writing={writing && block.end === text.length}
      citations={citations}
      commitMessage={commitMessage}
      textBefore={textBefore}
    />
  );
  // One list: in two, what is at its end would be drawn anew when there is no middle left.
  return (
    <div class="prose">
      {[
        ...head.map(show),
        hidden > 0 && (
          <button type="button" class="show-all" key="hidden" disabled={all} onClick={() => setAll(true)}>
            Show all: {characters(hidden)} more
          </button>
        ),
        ...tail.map(show),
      ]}
    </div>
  );
}

/**
 * A block: its bare text until it comes near to the view, so that a long conversation costs little and yet can be
 * searched and read aloud; from then on what it means.
 */
const Block = memo(function Block({
  block,
  writing,
  near,
  citations,
  commitMessage,
  textBefore,
}: BlockContext & { readonly block: MarkdownBlock; readonly writing: boolean; readonly near: boolean }) {
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(near || writing);
  useEffect(() => {
    if (!drawn && place.current !== null) return whenNear(place.current, () => setDrawn(true));
  }, [drawn]);
  if (!drawn)
    return (
      <div class="block bare" ref={place}>
        <LongText text={block.text} />
      </div>
    );
  return (
    <div class="block">
      {block.kind === 'fence' ? (
        <Fence
          block={block}
          open={writing && block.open}
          commitMessage={commitMessage}
          textBefore={textBefore}
        />
      ) : (
        <Markdown block={block} citations={citations} commitMessage={commitMessage} textBefore={textBefore} />
      )}
    </div>
  );
});

function Fence({
  block: { text, start },
  open,
  commitMessage,
  textBefore,
}: Omit<BlockContext, 'citations'> & { readonly block: MarkdownBlock; readonly open: boolean }) {
  const { code, language, info } = useMemo(() => readFence(text), [text]);
  const before = useCallback(() => textBefore(start), [textBefore, start]);
  return <CodeBlock {...{ code, language, info, before, open, commitMessage }} />;
}

function Markdown({
  block: { text, start },
  citations,
  commitMessage,
  textBefore,
}: BlockContext & { readonly block: MarkdownBlock }) {
  const page = usePage();
  const tree = useMemo(() => (text.length > longestMarkdown ? null : markdownTree(text)), [text]);
  if (tree === null)
    return (
      <p class="plain">
        <LongText text={text} />
      </p>
    );
  // Code in a list stands somewhere in its block.
  const before = (code: string) =>
    textBefore(start + Math.max(0, text.indexOf(code.split('\n', 1)[0] ?? '')));
  return <>{drawPieces(tree, { citations, commitMessage, page, before })}</>;
}
