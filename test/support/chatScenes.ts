import type { Chip, HistoryEntry, ModelStatus, Suggestion, ToPage } from '../../src/core/chat/view.ts';
import { shownAnswer, shownQuestion } from './shownMessages.ts';

/** What the page is shown in pictures and checks: made up, as an extension might tell it. */
export const chips: readonly Chip[] = [
  {
    id: 'file',
    kind: 'file',
    label: 'counter.ts',
    description: 'The open file, src/counter.ts',
    implicit: true,
    place: { path: 'src/counter.ts', startLine: 1, endLine: 30 },
  },
  {
    id: 'selection',
    kind: 'selection',
    label: 'cart.ts:12-18',
    description: 'The selection in src/shop/cart.ts, lines 12 to 18',
    implicit: false,
    place: { path: 'src/shop/cart.ts', startLine: 12, endLine: 18 },
  },
  {
    id: 'instructions',
    kind: 'instructions',
    label: 'AGENTS.md',
    description: 'Instructions of the project',
    implicit: true,
    place: null,
  },
];

export const ready: ModelStatus = { state: 'ready', name: 'Qwen2.5 Coder 7B', message: null, actions: [] };
export const noModel: ModelStatus = {
  state: 'none',
  name: null,
  message: null,
  actions: [
    { label: 'Choose a Model…', command: 'hearth.models.choose' },
    { label: 'Import a File…', command: 'hearth.models.import' },
  ],
};

export const suggestions: readonly Suggestion[] = [
  { insert: '@file:src/counter.ts', label: 'counter.ts', detail: 'src', icon: 'file', open: false },
  {
    insert: '@symbol:Counter',
    label: 'Counter',
    detail: 'class in src/counter.ts',
    icon: 'symbol-class',
    open: false,
  },
  { insert: '@folder:src/shop', label: 'shop', detail: 'src', icon: 'folder', open: false },
  { insert: '@file:', label: 'file', detail: 'A file of the workspace', icon: 'file', open: true },
];

export const richText = `The total is summed in \`src/shop/cart.ts:12-18\`, one line at a time, and \`Money\` is added by [addMoney](src/money.ts#L7-L9).

## How it works

1. **Each line** is multiplied by its count.
2. The currency of the first line is *kept*, see src/shop/tax.ts:99.
   - the [documentation](https://example.com/docs) says more

\`\`\`typescript
/** The sum of all lines of a cart. */
export function total(lines: readonly OrderLine[]): Money {
  let sum: Money = { cents: 0, currency: 'EUR' };
  for (const line of lines) sum = addMoney(sum, times(line.price, line.count)); // rounds
  return sum;
}
\`\`\`

| Case      | Result |
| :-------- | -----: |
| empty     |      0 |
| two lines |  12.50 |

> Mind the rounding: it is done once, at the end.
`;

/** A question with an answer that has everything an answer can have. */
export const richConversation: ToPage = {
  type: 'conversation',
  id: 'c1',
  title: 'How is the total of a cart computed?',
  messages: [
    shownQuestion('q1', '/explain how is the total computed in @file:src/shop/cart.ts?', {
      chips: chips.slice(1, 2),
      siblings: ['q0', 'q1'],
    }),
    shownAnswer('a1', '', {
      siblings: ['a0', 'a1', 'a2'],
      steps: [
        { kind: 'reasoning', text: 'The user asks about totals.\nLet me look at the cart.' },
        {
          kind: 'tool',
          call: { id: 't', name: 'find_symbol', arguments: '{"name":"total"}' },
          result: 'src/shop/cart.ts:12-18 function total(lines)',
        },
        { kind: 'text', text: richText },
      ],
      sources: [
        { path: 'src/shop/cart.ts', startLine: 12, endLine: 18, score: 2 },
        { path: 'src/money.ts', startLine: 7, endLine: 9, score: 1 },
      ],
      citations: [
        { path: 'src/shop/cart.ts', startLine: 12, endLine: 18, verified: true, problem: null },
        { path: 'src/money.ts', startLine: 7, endLine: 9, verified: true, problem: null },
        { path: 'src/shop/tax.ts', startLine: 99, endLine: 99, verified: false, problem: 'no-file' },
      ],
    }),
  ],
};

const day = 24 * 60 * 60 * 1000;

/** Conversations of some days. */
export function historyEntries(now: number): readonly HistoryEntry[] {
  return [
    { id: 'c1', title: 'How is the total of a cart computed?', at: now, excerpt: null, here: true },
    {
      id: 'c2',
      title: 'Why does the build fail on Windows since last week’s change of paths?',
      at: now - 1_000,
      excerpt: '…the separator of the path is a backslash there…',
      here: true,
    },
    { id: 'c3', title: 'Tests for money', at: now - 9 * day, excerpt: null, here: false },
    { id: 'c4', title: 'A first look at the parser', at: now - 400 * day, excerpt: null, here: true },
  ];
}
