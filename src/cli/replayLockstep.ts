import { complete } from '../core/completion/completer.ts';
import type { CompletionOutcome, CompletionPorts } from '../core/completion/ports.ts';
import type { Insertion } from '../core/completion/types.ts';
import type { TraceEvent, TypeEvent } from '../core/replay/trace.ts';
import type { ReplayDocument } from './replayDocument.ts';
import { answeredLine, quietLine, type Background, type Replayed, type ReplayLine } from './replayReport.ts';

const never = new AbortController().signal;
const none = { evaluated: 0, generated: 0 };

/**
 * Replays a trace without cache and speculation: every typed character, whatever its event typed with it, asks the
 * model and waits for the whole answer. A `complete` asks by hand; nothing else asks.
 */
export async function replayLockstep(
  events: readonly TraceEvent[],
  document: ReplayDocument,
  ports: CompletionPorts,
  onLine: (line: ReplayLine) => void,
): Promise<{ replayed: Replayed[]; background: Background }> {
  const replayed: Replayed[] = [];
  let at = 0;
  let asked = 0;
  let shown: Insertion | null = null;
  const add = (line: ReplayLine, keystroke = false): void => {
    replayed.push({ line, keystroke, follows: 'no' });
    onLine(line);
  };
  const ask = async (event: TraceEvent): Promise<void> => {
    const outcome: CompletionOutcome = await complete(
      document.query(event.kind === 'complete'),
      ports,
      never,
    );
    const cold = asked === 0 && outcome.record.tokens.prompt > 0;
    if (outcome.record.tokens.prompt > 0) asked += 1;
    shown = outcome.insertion;
    add(answeredLine(event, at, outcome, { cold }), event.kind === 'type');
  };
  for (const event of events) {
    if (event.kind !== 'open') at = event.atMs;
    switch (event.kind) {
      case 'open':
        document.open(event);
        shown = null;
        add(quietLine(event, at));
        break;
      case 'type': {
        for (const key of keysOf(event)) {
          document.apply(key);
          await ask(event);
        }
        break;
      }
      case 'complete':
        await ask(event);
        break;
      case 'delete':
      case 'move':
        document.apply(event);
        shown = null;
        add(quietLine(event, at));
        break;
      case 'accept':
        add(quietLine(event, at, shown === null ? 'nothing-shown' : 'accepted'));
        if (shown !== null) document.change(insertionChange(shown, document.cursor));
        shown = null;
        break;
    }
  }
  return {
    replayed,
    background: { speculated: none, wasted: none, cancelled: none, modelCalls: asked },
  };
}

/** One event for each character: the first is typed over what the event was, the last gets its closer. */
function keysOf({ text, closer, over, ...event }: TypeEvent): TypeEvent[] {
  const characters = [...text];
  let { offset } = event;
  return characters.map((character, index) => {
    const key = { ...event, offset, text: character };
    offset += character.length;
    return {
      ...key,
      ...(index === 0 && over !== undefined ? { over } : {}),
      ...(index === characters.length - 1 && closer !== undefined ? { closer } : {}),
    };
  });
}

/** The edit that accepting `insertion` at `offset` makes. */
export function insertionChange({ text, replaceRight }: Insertion, offset: number) {
  return { offset, length: replaceRight, text };
}
