import type { AnswerStep } from '../../core/chat/conversation.ts';
import type { Source } from '../../core/chat/context.ts';
import { placeLabel } from '../../core/chat/placeText.ts';
import { LongText } from './Code.tsx';
import { Icon } from './icons.tsx';
import { memo } from './memo.tsx';
import { usePage } from './page.ts';
import { placeWords, readableArguments } from './words.ts';

/** What the model thought before it answered, folded. */
export const Reasoning = memo(function Reasoning({
  text,
  running,
}: {
  readonly text: string;
  readonly running: boolean;
}) {
  return (
    <details class="fold reasoning">
      <summary>
        <Icon name="thought" />
        <span class={running ? 'running' : undefined}>{running ? 'Thinking…' : 'Thought'}</span>
      </summary>
      <div class="fold-body thought-text">
        <LongText text={text.trim()} />
      </div>
    </details>
  );
});

/** A call of a tool and what it gave, folded. */
export const ToolCard = memo(function ToolCard({
  step,
  running,
}: {
  readonly step: Extract<AnswerStep, { kind: 'tool' }>;
  readonly running: boolean;
}) {
  const { call, result } = step;
  const { line, block } = readableArguments(call.arguments);
  const state = result !== null ? 'done' : running ? 'running' : 'no result';
  return (
    <details class="fold tool">
      <summary>
        <Icon name="tool" />
        <span class={state === 'running' ? 'running' : undefined}>{call.name}</span>
        <span class="tool-line">{line}</span>
        <span class="tool-state">{state}</span>
      </summary>
      <div class="fold-body">
        <p class="fold-title">Arguments</p>
        <pre class="code" tabIndex={0} role="group" aria-label={`Arguments of ${call.name}`}>
          <LongText text={block} />
        </pre>
        {result !== null && (
          <>
            <p class="fold-title">Result</p>
            <pre class="code" tabIndex={0} role="group" aria-label={`Result of ${call.name}`}>
              <LongText text={result} />
            </pre>
          </>
        )}
      </div>
    </details>
  );
});

/** The places that an answer was written from, folded. */
export const Sources = memo(function Sources({
  sources,
  open,
}: {
  readonly sources: readonly Source[];
  readonly open: boolean;
}) {
  const { send } = usePage();
  const count = sources.length === 1 ? '1 reference' : `${sources.length} references`;
  return (
    <details class="fold sources" open={open}>
      <summary>
        <Icon name="book" />
        <span>{open ? `Found ${count}` : `Used ${count}`}</span>
      </summary>
      <ul class="fold-body places">
        {sources.map(({ path, startLine, endLine }) => (
          <li key={`${path}:${startLine}`}>
            <button
              type="button"
              class="place"
              title={`Open ${placeWords({ path, startLine, endLine })}`}
              onClick={() => send({ type: 'open', path, startLine, endLine })}
            >
              <Icon name="file" />
              <PlaceName path={path} lines={placeLabel({ path: '', startLine, endLine })} />
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
});

/** The file's name first, which is what is looked for; its folder where there is room. */
function PlaceName({ path, lines }: { readonly path: string; readonly lines: string }) {
  const slash = path.lastIndexOf('/');
  return (
    <>
      <span class="place-name">
        {path.slice(slash + 1)}
        {lines}
      </span>{' '}
      {slash > 0 && <span class="place-folder">{path.slice(0, slash)}</span>}
    </>
  );
}
