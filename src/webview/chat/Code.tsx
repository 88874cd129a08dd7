import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { BlockAction } from '../../core/chat/view.ts';
import { boundText } from './blocks.ts';
import { CopyButton, IconButton } from './controls.tsx';
import { characters } from './figures.ts';
import { highlight, languageTitle } from './highlighting.ts';
import type { FenceHead } from './markdown.ts';
import { memo } from './memo.tsx';
import { OpenHighlighting } from './openHighlighting.ts';
import { usePage } from './page.ts';

/** Characters that are shown at the beginning and at the end of a text that is longer than both. */
const shownOfText = 50_000;

/** Plain text of any length: of a very long one the middle is shown on demand. */
export function LongText({ text }: { readonly text: string }) {
  const [all, setAll] = useState(false);
  const { head, tail, hidden } = all ? { head: text, tail: '', hidden: 0 } : boundText(text, shownOfText);
  if (hidden === 0) return <>{head}</>;
  return (
    <>
      {head}
      <button type="button" class="show-all" onClick={() => setAll(true)}>
        Show all: {characters(hidden)} more
      </button>
      {tail}
    </>
  );
}

/**
 * A block of code with what can be done with it. `open`: more of it comes. `before`: what the answer says before it, the
 * end of that.
 */
export const CodeBlock = memo(function CodeBlock({
  code,
  language,
  info,
  before,
  open,
  commitMessage,
}: FenceHead & {
  readonly code: string;
  readonly before: () => string;
  readonly open: boolean;
  readonly commitMessage: boolean;
}) {
  const { send } = usePage();
  const act = (action: BlockAction) => send({ type: 'block', action, text: code, language });
  const title = languageTitle(language);
  return (
    <div class="code-block">
      <div class="code-bar">
        <span class="code-language">{title}</span>
        <span class="code-actions">
          <CopyButton label="Copy code" onCopy={() => act('copy')} />
          <IconButton
            icon="apply"
            label="Apply to file"
            disabled={open}
            onClick={() => send({ type: 'apply', block: { text: code, info, before: before() } })}
          />
          <IconButton icon="insert" label="Insert at cursor" disabled={open} onClick={() => act('insert')} />
          <IconButton
            icon="newFile"
            label="Open in a new file"
            disabled={open}
            onClick={() => act('new-file')}
          />
          {commitMessage && (
            <IconButton
              icon="commit"
              label="Use as commit message"
              disabled={open}
              onClick={() => act('commit-message')}
            />
          )}
        </span>
      </div>
      <CodeText
        code={code}
        language={language}
        open={open}
        label={title === '' ? 'Code' : `Code, ${title}`}
      />
    </div>
  );
});

/** Code that scrolls inside where it is long, and follows its end while it is written. */
function CodeText({
  code,
  language,
  open,
  label,
}: {
  readonly code: string;
  readonly language: string;
  readonly open: boolean;
  readonly label: string;
}) {
  const frame = useRef<HTMLPreElement>(null);
  const [highlighting] = useState(() => new OpenHighlighting(highlight));
  const { html, rest } = highlighting.update(code, language, open);
  const atEnd = useRef(true);
  useLayoutEffect(() => {
    if (open && atEnd.current && frame.current !== null) frame.current.scrollTop = frame.current.scrollHeight;
  });
  return (
    <pre
      ref={frame}
      class="code"
      tabIndex={0}
      role="group"
      aria-label={label}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        atEnd.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
    >
      <code>
        {html !== null && <span dangerouslySetInnerHTML={{ __html: html }} />}
        <LongText text={rest} />
      </code>
    </pre>
  );
}
