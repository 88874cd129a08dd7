import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AnswerParser } from '../../../../../src/core/chat/output/answerParser.ts';
import { outputFormat } from '../../../../../src/core/chat/output/format.ts';
import { picture, readAnswer, templates, type Family } from './answers.ts';

const search = '{"query": "a \\"b\\" }"}';
const table: [name: string, family: Family, written: string, expected: string[]][] = [
  ['text alone', 'qwen', 'Hello\n\nthere <b>\n', ['Hello\n\nthere <b>\n']],
  ['blanks alone', 'qwen', ' \n', [' \n']],
  ['what is thought', 'qwen', '<think>\nHm.\n\nSo.\n</think>\n\nYes.', ['~Hm.\n\nSo.', 'Yes.']],
  ['a close without a line end', 'qwen', '<think>Hm.</think>Yes.', ['~Hm.', 'Yes.']],
  ['thinking that never ends', 'qwen', '<think>\nHm. </thin', ['~Hm. </thin']],
  ['nothing thought', 'qwen', '<think>\n\n</think>\n\nYes.', ['Yes.']],
  ['a tag in the answer', 'qwen', 'Write `<think>` and </think>.', ['Write `<think>` and </think>.']],
  [
    'thinking again after a call',
    'qwen',
    '<think>a</think><tool_call>{"name":"f"}</tool_call>\n<think>b</think>c',
    ['~a', 'f({})', '~b', 'c'],
  ],
  ['thinking of a model whose template does not know it', 'plain', '<think>a</think>b', ['~a', 'b']],
  ['Mistral: thinking', 'mistral', '[THINK]a[/THINK]b[/THINK]', ['~a', 'b[/THINK]']],
  ['Gemma: thinking', 'gemma', '<|channel>thought\na\n<channel|>b', ['~a', 'b']],

  [
    'Qwen: a call',
    'qwen',
    `I look.\n<tool_call>\n{"name": "search", "arguments": ${search}}\n</tool_call>`,
    ['I look.\n', `search(${search})`],
  ],
  [
    'Qwen: two calls',
    'qwen',
    '<tool_call>{"name":"a","arguments":{}}</tool_call>\n<tool_call>{"name":"b","arguments":{"x":1}}</tool_call>\n',
    ['a({})', 'b({"x":1})'],
  ],
  [
    'a close that is missing',
    'qwen',
    '<tool_call>{"name":"a","arguments":{}}\n<tool_call>{"name":"b"}',
    ['a({})', 'b({})'],
  ],
  [
    'a marker in a string',
    'qwen',
    '<tool_call>{"name":"a","arguments":{"x":"</tool_call>"}}</tool_call>ok',
    ['a({"x":"</tool_call>"})', 'ok'],
  ],
  [
    'a marker in a string, the last close missing',
    'qwen',
    '<tool_call>{"name":"a","arguments":{"x":"</tool_call>"}}',
    ['a({"x":"</tool_call>"})'],
  ],
  [
    'a string that is not closed',
    'qwen',
    '<tool_call>{"name":"a","arguments":{"x":"y}}</tool_call>ok',
    ['a({"x":"y}})', 'ok'],
  ],
  ['a brace too few', 'qwen', '<tool_call>{"name":"a","arguments":{"x":1}</tool_call>', ['a({"x":1})']],
  ['a brace too many', 'qwen', '<tool_call>{"name":"a","arguments":{"x":1}}}</tool_call>', ['a({"x":1})']],
  ['malformed arguments', 'qwen', '<tool_call>{"name":"a","arguments":{"x":}}</tool_call>', ['a({"x":})']],
  [
    'malformed JSON with a name',
    'qwen',
    "<tool_call>{'name': 'a', 'arguments': {}}</tool_call>",
    ["a({'name': 'a', 'arguments': {}})"],
  ],
  ['a call that was cut off', 'qwen', '<tool_call>{"name":"a","arguments":{"x":"so', ['a({"x":"so)']],
  [
    'arguments as a string',
    'qwen',
    '<tool_call>{"name":"a","arguments":"{\\"x\\":1}"}</tool_call>',
    ['a({"x":1})'],
  ],
  ['JSON in a fence', 'qwen', '<tool_call>\n```json\n{"name":"a"}\n```\n</tool_call>', ['a({})']],
  [
    'a call that names nothing',
    'qwen',
    "<tool_call>I can't.</tool_call> Sorry.",
    ["<tool_call>I can't.</tool_call> Sorry."],
  ],
  ['an opening marker alone', 'qwen', 'Use <tool_call>', ['Use <tool_call>']],
  [
    'text after a call',
    'qwen',
    '<tool_call>{"name":"a"}</tool_call>\n\nDone </tool_call>',
    ['a({})', 'Done </tool_call>'],
  ],

  [
    'Qwen3-Coder: a call',
    'coder',
    '<tool_call>\n<function=read>\n<parameter=path>\na b.ts\n</parameter>\n<parameter=line>\n3\n</parameter>\n</function>\n</tool_call>',
    ['read({"path": "a b.ts", "line": 3})'],
  ],
  [
    'Qwen3-Coder: without the outer marker',
    'coder',
    'Hm.\n<function=read>\n<parameter=path>\nx\n</parameter>\n</function>\n</tool_call>\n',
    ['Hm.\n', 'read({"path": "x"})'],
  ],
  [
    'Qwen3-Coder: several lines in a value',
    'coder',
    '<tool_call><function=f><parameter=a>\n  "x"\n\n  y\n</parameter></function></tool_call>',
    ['f({"a": "  \\"x\\"\\n\\n  y"})'],
  ],
  [
    'Qwen3-Coder: closing tags left out',
    'coder',
    '<tool_call><function=f><parameter=a>1<parameter=b>true</tool_call>',
    ['f({"a": 1, "b": true})'],
  ],
  [
    'Qwen3-Coder: two functions',
    'coder',
    '<tool_call><function=f></function><function=g></function></tool_call>',
    ['f({})', 'g({})'],
  ],
  [
    'GLM: a call',
    'glm',
    '<tool_call>read\n<arg_key>path</arg_key>\n<arg_value>a.ts</arg_value>\n<arg_key>n</arg_key>\n<arg_value>[1]</arg_value>\n</tool_call>',
    ['read({"path": "a.ts", "n": [1]})'],
  ],
  [
    'MiniMax: two calls',
    'miniMax',
    '<minimax:tool_call>\n<invoke name="f">\n<parameter name="a">x</parameter>\n</invoke>\n<invoke name="g">\n</invoke>\n</minimax:tool_call>',
    ['f({"a": "x"})', 'g({})'],
  ],
  [
    'Seed: a call',
    'seed',
    '<seed:think>a</seed:think><seed:tool_call>\n<function=f>\n<parameter=a>x</parameter>\n</function>\n</seed:tool_call>',
    ['~a', 'f({"a": "x"})'],
  ],
  [
    'Mistral: a list',
    'mistral',
    `[TOOL_CALLS][{"name": "search", "arguments": ${search}}, {"name": "b", "arguments": {}, "id": "abcdefghi"}]`,
    [`search(${search})`, 'b({})'],
  ],
  [
    'Mistral: names and objects',
    'mistral',
    `[TOOL_CALLS]search[ARGS]${search}[TOOL_CALLS]b{}`,
    [`search(${search})`, 'b({})'],
  ],
  ['Mistral: an object without an end', 'mistral', '[TOOL_CALLS]a[ARGS]{"x": "', ['a({"x": ")']],
  ['Mistral: no call', 'mistral', '[TOOL_CALLS] can be written.', ['[TOOL_CALLS] can be written.']],
  ['Llama: an object', 'llama', `{"name": "search", "parameters": ${search}}`, [`search(${search})`]],
  [
    'Llama: two objects',
    'llama',
    '{"type": "function", "name": "a", "parameters": {}}; {"name": "b", "parameters": {}}',
    ['a({})', 'b({})'],
  ],
  [
    'Llama: a marker',
    'llama',
    `<|python_tag|>{"type": "function", "function": {"name": "search", "parameters": ${search}}}`,
    [`search(${search})`],
  ],
  [
    'Llama: an object that is no call',
    'llama',
    '{"name": "my-package",\n "version": "1.0.0"}\nThat is it.',
    ['{"name": "my-package",\n "version": "1.0.0"}\nThat is it.'],
  ],
  ['Llama: another object', 'llama', '{ "a": 1 }', ['{ "a": 1 }']],
  ['Llama: code behind the marker', 'llama', '<|python_tag|>print(1)', ['<|python_tag|>print(1)']],
  [
    'DeepSeek V3',
    'deepSeek',
    '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>search\n```json\n{"q": "x"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    ['search({"q": "x"})'],
  ],
  [
    'DeepSeek V3.1',
    'deepSeek',
    'Hm.<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>a<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁call▁begin｜>b<｜tool▁sep｜>{"x":1}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
    ['Hm.', 'a({})', 'b({"x":1})'],
  ],
  ['Granite', 'granite', '<|tool_call|>[{"name": "a", "arguments": {"x": 1}}]', ['a({"x": 1})']],
  [
    'Kimi',
    'kimi',
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.search:0<|tool_call_argument_begin|>{"q":1}<|tool_call_end|><|tool_calls_section_end|>',
    ['search({"q":1})'],
  ],
  [
    'Gemma',
    'gemma',
    '<|tool_call>call:read{path:<|"|>a: "b".ts<|"|>,n:3,all:true}<tool_call|>',
    ['read({"path":"a: \\"b\\".ts","n":3,"all":true})'],
  ],

  [
    'harmony: thought and answer',
    'harmony',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>',
    ['~Hm.', 'Yes.'],
  ],
  [
    'harmony: a call',
    'harmony',
    '<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.search <|constrain|>json<|message|>{"q":1}<|call|>',
    ['~Hm.', 'search({"q":1})'],
  ],
  [
    'harmony: the recipient first, no end',
    'harmony',
    ' to=functions.search<|channel|>commentary json<|message|>{"q":1}',
    ['search({"q":1})'],
  ],
  [
    'harmony: what it says before a call',
    'harmony',
    '<|channel|>commentary<|message|>I look.<|end|>',
    ['I look.'],
  ],
  [
    'harmony: the end marker left out',
    'harmony',
    '<|channel|>analysis<|message|>Hm.<|channel|>final<|message|>Yes.',
    ['~Hm.', 'Yes.'],
  ],
  ['harmony: plain text', 'harmony', ' Hello <|', [' Hello <|']],
  [
    'harmony: a header without its message',
    'harmony',
    '<|channel|>final<|message|>Yes.<|end|><|start|>assistant',
    ['Yes.'],
  ],
  ['harmony: no header at all', 'harmony', '<|channel|> is a token.', ['<|channel|> is a token.']],
];

describe('an answer', () => {
  for (const [name, family, written, expected] of table) {
    it(name, () => {
      assert.deepEqual(picture(readAnswer(family, [written])), expected, 'whole');
      assert.deepEqual(picture(readAnswer(family, [...written])), expected, 'by characters');
    });
  }

  it('may begin inside of thinking', () => {
    const options = { begunThinking: true };
    assert.deepEqual(picture(readAnswer('qwen', ['Hm.\n</th', 'ink>\n\nYes.'], options)), ['~Hm.', 'Yes.']);
    assert.deepEqual(picture(readAnswer('qwen', ['<think>\nHm.</think>Yes.'], options)), ['~Hm.', 'Yes.']);
    assert.deepEqual(picture(readAnswer('qwen', ['\n</think>\n\nYes.'], options)), ['Yes.']);
    assert.deepEqual(picture(readAnswer('harmony', ['Hm.<|end|>'], options)), ['~Hm.']);
  });

  it('has no calls where no tools were offered', () => {
    const call = '<tool_call>{"name":"a","arguments":{}}</tool_call>';
    assert.deepEqual(picture(readAnswer('qwen', [call], { tools: false })), [call]);
    assert.deepEqual(picture(readAnswer('plain', [call])), [call]);
  });

  it('gives text as soon as it is certain', () => {
    const parser = new AnswerParser(
      outputFormat(templates.qwen, () => false),
      { begunThinking: false },
    );
    assert.deepEqual(parser.push('a <'), [{ kind: 'text', text: 'a ' }]);
    assert.deepEqual(parser.push('tool'), []);
    assert.deepEqual(parser.push(' b'), [{ kind: 'text', text: '<tool b' }]);
    assert.deepEqual(parser.end(), []);
  });

  it('keeps the ids that a model gives, and makes others of nine letters and digits', () => {
    const ids = (family: Family, written: string) =>
      readAnswer(family, [written]).map((event) => (event.kind === 'tool-call' ? event.call.id : null));
    assert.deepEqual(ids('mistral', '[TOOL_CALLS][{"name":"a","id":"123456789"},{"name":"b"}]'), [
      '123456789',
      'call1',
    ]);
    assert.deepEqual(ids('mistral', '[TOOL_CALLS]a[CALL_ID]123456789[ARGS]{}'), ['123456789']);
    const kimi = '<|tool_call_begin|>functions.a:7<|tool_call_argument_begin|>{}<|tool_call_end|>';
    assert.deepEqual(ids('kimi', kimi), ['functions.a:7']);
    const parser = new AnswerParser(
      outputFormat(templates.qwen, () => false),
      { begunThinking: false },
    );
    const [event] = parser.push('<tool_call>{"name":"a"}</tool_call>');
    assert.match(event?.kind === 'tool-call' ? event.call.id : '', /^[a-z0-9]{9}$/);
  });

  it('does not take a string for closed that goes on long after a closing marker in it', () => {
    const written = `<tool_call>{"name":"a","arguments":{"x":"y}}</tool_call>${'z'.repeat(5000)}`;
    const parser = new AnswerParser(
      outputFormat(templates.qwen, () => false),
      { begunThinking: false },
    );
    assert.deepEqual(picture(parser.push(written)), ['a({"x":"y}})', 'z'.repeat(5000)]);
  });
});
