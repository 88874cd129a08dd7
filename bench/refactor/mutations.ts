import type { AnswerStyle } from '../../src/core/refactor/types.ts';
import { answerIn } from './answers.ts';
import type { RefactorCase } from './cases.ts';
import type { Chance } from './random.ts';

/** A spoilt answer: what was done to it, and its text. */
export interface SpoiltAnswer {
  readonly mutation: string;
  readonly style: AnswerStyle;
  readonly text: string;
}

type Mutation = (text: string, one: RefactorCase, chance: Chance) => string;

const lineMutation =
  (change: (lines: string[], chance: Chance) => string[]): Mutation =>
  (text, _one, chance) =>
    change(text.split('\n'), chance).join('\n');

/** A stretch of at least one line, by chance. */
function stretch(lines: readonly string[], chance: Chance): [number, number] {
  const start = chance.below(lines.length);
  return [
    start,
    Math.min(lines.length, start + 1 + chance.below(Math.max(1, Math.min(8, lines.length - start)))),
  ];
}

const controls = [
  '\u0000',
  '\u0008',
  '\u001B[31m',
  '\u200B',
  '\u202E',
  '\uFEFF',
  '\uFFFD',
  '\uD83D',
  '\u000C',
];

/** What goes wrong with answers, each by chance at some place. */
export const mutations: Readonly<Record<string, Mutation>> = {
  cut: (text, _one, chance) => text.slice(0, chance.below(text.length)),
  'cut at a line': lineMutation((lines, chance) => lines.slice(0, 1 + chance.below(lines.length))),
  'beginning cut': lineMutation((lines, chance) => lines.slice(chance.below(lines.length))),
  'lines left out': lineMutation((lines, chance) => {
    const [start, end] = stretch(lines, chance);
    return [...lines.slice(0, start), ...lines.slice(end)];
  }),
  'lines twice': lineMutation((lines, chance) => {
    const [start, end] = stretch(lines, chance);
    return [...lines.slice(0, end), ...lines.slice(start)];
  }),
  'all twice': (text, _one, chance) => text + chance.of(['\n', '\n\n', '']) + text,
  'lines in another order': lineMutation((lines, chance) => {
    const [start, end] = stretch(lines, chance);
    return [...lines.slice(0, start), ...chance.shuffled(lines.slice(start, end)), ...lines.slice(end)];
  }),
  'indented otherwise': lineMutation((lines, chance) => {
    const more = chance.of(['  ', '    ', '\t', ' ']);
    return lines.map((line) => (line.trim() === '' ? line : more + line));
  }),
  outdented: lineMutation((lines, chance) => {
    const less = chance.of([2, 4, 8]);
    return lines.map((line) => line.replace(new RegExp(`^[ \\t]{1,${less}}`), ''));
  }),
  'some lines indented otherwise': lineMutation((lines, chance) =>
    lines.map((line) =>
      chance.is(0.15) && line.trim() !== '' ? chance.of(['  ', '    ', '\t']) + line : line,
    ),
  ),
  'wrong anchors': (text, one, chance) => {
    const lines = text.split('\n');
    const at = lines.flatMap((line, index) =>
      one.was.some((was) => was !== '' && line.includes(was.trim())) ? [index] : [],
    );
    for (let times = 1 + chance.below(3); times > 0 && at.length > 0; times -= 1) {
      const index = chance.of(at);
      const line = lines[index] ?? '';
      const place = chance.below(Math.max(1, line.length));
      lines[index] = chance.of([
        line.slice(0, place) + chance.of(['x', '_old', ', extra', ' ']) + line.slice(place),
        line.slice(0, place) + line.slice(place + 1 + chance.below(6)),
        chance.of(one.target.file.text.split('\n')),
      ]);
    }
    return lines.join('\n');
  },
  'anchors from elsewhere': (text, one, chance) => {
    const file = one.target.file.text.split('\n');
    const from = chance.below(file.length);
    const lines = text.split('\n');
    const [start, end] = stretch(lines, chance);
    return [...lines.slice(0, start), ...file.slice(from, from + end - start), ...lines.slice(end)].join(
      '\n',
    );
  },
  'fences broken': (text, _one, chance) => {
    const lines = text.split('\n');
    const marks = lines.flatMap((line, at) => (/^\s*```/.test(line) ? [at] : []));
    const fence = chance.of(['```', '```python', '~~~', '``', '````']);
    if (marks.length === 0 || chance.is(0.3))
      return [...lines.toSpliced(chance.below(lines.length), 0, fence)].join('\n');
    const at = chance.of(marks);
    return lines.toSpliced(at, 1, ...(chance.is(0.5) ? [] : [fence])).join('\n');
  },
  'prose between': (text, _one, chance) => {
    const says = chance.of([
      'Now we change the next part.',
      'Note: this is important!',
      'I hope this helps.',
      'First, the function checks its arguments:',
      '1. Then it returns.',
    ]);
    return text
      .split('\n')
      .toSpliced(chance.below(text.split('\n').length + 1), 0, ...chance.of([[says], ['', says, '']]))
      .join('\n');
  },
  'prose around': (text, _one, chance) =>
    `Of course, here it is:\n\n${text}\n\n${chance.of(['Done.', 'This is the whole answer, as you asked for it.'])}`,
  'wrong file': (text, one, chance) => {
    const other = chance.of([
      'src/other.ts',
      '../../etc/passwd',
      '/etc/hosts',
      'README.md',
      `other/${one.path}`,
      'C:\\x.py',
    ]);
    return text.includes(one.path) ? text.replaceAll(one.path, other) : `${other}\n\n${text}`;
  },
  CRLF: (text, _one, chance) =>
    text.replace(/\n/g, () => (chance.is(0.8) ? '\r\n' : chance.of(['\n', '\r']))),
  tabs: (text) =>
    text.replace(/^( {2,})/gm, (blanks) => '\t'.repeat(Math.max(1, Math.floor(blanks.length / 4)))),
  huge: (text, _one, chance) =>
    chance.of([
      () => text.repeat(40 + chance.below(200)),
      () => text + '\nx = 1'.repeat(20_000),
      () => `${text}${' '.repeat(200_000)}`,
      () => `${'a '.repeat(100_000)}\n${text}`,
      () => text.repeat(Math.ceil(1_100_000 / Math.max(1, text.length))),
    ])(),
  'control characters': (text, _one, chance) => {
    let spoilt = text;
    for (let times = 1 + chance.below(3); times > 0; times -= 1) {
      const at = chance.below(spoilt.length + 1);
      spoilt = spoilt.slice(0, at) + chance.of(controls) + spoilt.slice(at);
    }
    return spoilt;
  },
  'marks of a conflict': lineMutation((lines, chance) =>
    lines.toSpliced(
      chance.below(lines.length + 1),
      0,
      chance.of(['<<<<<<< HEAD', '=======', '>>>>>>> theirs', '||||||| base']),
    ),
  ),
  'left out without saying so': lineMutation((lines, chance) => {
    const [start, end] = stretch(lines, chance);
    return [
      ...lines.slice(0, start),
      chance.of(['...', '// ...', '# ... existing code ...', '    # rest unchanged']),
      ...lines.slice(end),
    ];
  }),
};

/** A correct answer in a style by chance that one thing, or two, went wrong with; sometimes woven with another answer. */
export function spoilt(
  one: RefactorCase,
  style: AnswerStyle,
  mutation: string,
  chance: Chance,
): SpoiltAnswer {
  const right = answerIn(style, one, chance);
  if (mutation === interleaved) return { mutation, style, text: woven(right, one, chance) };
  let text = mutations[mutation]?.(right, one, chance) ?? right;
  if (chance.is(0.2) && text.length < 50_000 && mutation !== 'huge') {
    const second = chance.of(Object.keys(mutations).filter((name) => name !== 'huge'));
    text = mutations[second]?.(text, one, chance) ?? text;
  }
  return { mutation, style, text };
}

export const interleaved = 'two answers interleaved';

/** Lines of the answer between those of another answer for the same place. */
function woven(right: string, one: RefactorCase, chance: Chance): string {
  const other = answerIn(chance.of(['code', 'fenced', 'search-replace', 'diff', 'json']), one, chance);
  const [a, b] = [right.split('\n'), other.split('\n')];
  const lines: string[] = [];
  while (a.length > 0 || b.length > 0) {
    lines.push(...a.splice(0, chance.below(6)), ...b.splice(0, chance.below(6)));
  }
  return lines.join('\n');
}
