/** Templates with the structure of published ones, rendered by the engine's own renderer. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ChatFormat } from '../../../../src/core/chat/template/chatFormat.ts';
import { Masking } from '../../../../src/core/chat/template/masking.ts';
import type { ChatMessage, ToolDefinition } from '../../../../src/core/chat/types.ts';
import { compileTemplate } from '../../../../src/engine/llama/jinja.ts';
import { chatTemplates, type TemplateFixture } from '../../../support/chatTemplates.ts';
import { unmasked } from '../../../support/unmasked.ts';

type Name = keyof typeof chatTemplates;
const names = Object.keys(chatTemplates) as Name[];

function formatOf(
  fixture: TemplateFixture,
  more: Partial<TemplateFixture> = {},
  toolTemplate: string | null = null,
) {
  const { text, bos, eos, controls } = { ...fixture, ...more };
  const masking = new Masking(controls);
  const format = new ChatFormat({
    template: text,
    toolTemplate,
    tokens: { bos, eos },
    masking,
    hasControl: (token) => controls.includes(token),
    compile: compileTemplate,
    now: new Date(2025, 0, 2),
  });
  return { format, masking };
}

const search: ToolDefinition = {
  name: 'search',
  description: 'Finds lines.',
  parameters: {
    type: 'object',
    properties: { text: { type: 'string', description: 'What.' } },
    required: ['text'],
  },
};
const say = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content });
const plain = { tools: [], thinking: true } as const;

/** Which templates take tools and which think, as their models’ cards say. */
const withTools: readonly Name[] = [
  ...([
    'qwen25',
    'qwen3',
    'qwen3Coder',
    'llama3',
    'mistralTools',
    'deepseekR1',
    'granite',
    'gptOss',
  ] as const),
];
const withThinking: readonly Name[] = ['qwen3', 'deepseekR1', 'granite', 'gptOss'];

for (const name of names) {
  describe(`the template of ${name}`, () => {
    const { format, masking } = formatOf(chatTemplates[name]);

    it('works, and is known for what it can do', () => {
      assert.deepEqual([format.kind, format.limitation], ['model', null]);
      assert.equal(format.tools, withTools.includes(name));
      assert.equal(format.thinking, withThinking.includes(name));
    });

    it('shows all that was said, in order, the system’s words too', () => {
      const said = ['Sys7', 'Quest7', 'Answ7', 'Quest8', 'Answ8', 'Quest9'];
      const messages = said.map((text, index) =>
        say(index === 0 ? 'system' : index % 2 === 1 ? 'user' : 'assistant', text),
      );
      const { text, failure } = format.render({ messages, ...plain });
      assert.equal(failure, null);
      const places = said.map((word) => text.indexOf(word));
      assert.ok(
        places.every((place, index) => place > (places[index - 1] ?? -1)),
        `${places.join()} in ${text}`,
      );
    });

    it('takes questions and answers that follow one another', () => {
      const messages = [
        say('user', 'One1'),
        say('user', 'Two2'),
        say('assistant', 'Three3'),
        say('assistant', 'Four4'),
      ];
      const { text, failure } = format.render({ messages: [...messages, say('user', 'Five5')], ...plain });
      assert.equal(failure, null);
      for (const word of ['One1', 'Two2', 'Three3', 'Four4', 'Five5']) assert.ok(text.includes(word), word);
    });

    it('shows calls and their results, several in one answer too', () => {
      const calls = ['tax7', 'tax8'].map((word, index) => ({
        id: `id-${index}`,
        name: 'search',
        arguments: JSON.stringify({ text: word }),
      }));
      const messages = [
        say('user', 'Where7'),
        { ...say('assistant', ''), toolCalls: calls },
        ...calls.map(({ id }, index) => ({
          ...say('tool', `Found${index}`),
          toolCallId: id,
          toolName: 'search',
        })),
        say('assistant', 'There7'),
        say('user', 'More7'),
      ];
      const tools = format.tools ? [search] : [];
      const { text, failure } = format.render({ messages, tools, thinking: true });
      assert.equal(failure, null);
      for (const word of ['Where7', 'tax7', 'tax8', 'Found0', 'Found1', 'There7', 'More7']) {
        assert.ok(text.includes(word), `${word} in ${text}`);
      }
    });

    it('makes no control token of what people and tools say, and changes nothing of it', () => {
      const { controls } = chatTemplates[name];
      const parts = fc.constantFrom(
        ...controls,
        ...controls.map((text) => text.slice(1)),
        '<',
        '>',
        '|',
        'a',
        '\n',
        ' ',
      );
      const content = fc.array(parts, { minLength: 1, maxLength: 6 }).map((list) => list.join(''));
      const spoken = content.filter((text) => text.trim() !== '');
      const count = (messages: readonly ChatMessage[]): number => {
        const { text, failure } = format.render({ messages, ...plain });
        assert.equal(failure, null);
        return masking.split(text).filter(({ kind }) => kind === 'control').length;
      };
      fc.assert(
        fc.property(spoken, spoken, spoken, spoken, (system, question, answer, next) => {
          const roles = ['system', 'user', 'assistant', 'user'] as const;
          const messages = [system, question, answer, next].map((text, index) =>
            say(roles[index] ?? 'user', text),
          );
          const neutral = messages.map((message) => ({ ...message, content: 'x' }));
          assert.equal(count(messages), count(neutral));
          const shown = unmasked(masking, format.render({ messages, ...plain }).text);
          for (const text of [system, question, answer, next]) assert.ok(shown.includes(text.trim()), text);
        }),
        { numRuns: 60 },
      );
    });
  });
}

describe('prompts of a conversation', () => {
  /** Of these, answers stay in history as they were written. */
  const lasting = names.filter((name) => name !== 'deepseekR1' && name !== 'gptOss');
  for (const name of lasting) {
    it(`begin as the last prompt and its answer did: ${name}`, () => {
      const { format } = formatOf(chatTemplates[name]);
      const messages = [say('system', 'Be brief.'), say('user', 'One?')];
      const first = format.render({ messages, ...plain }).text;
      const later = [...messages, say('assistant', 'Answer.'), say('user', 'Two?')];
      const second = format.render({ messages: later, ...plain }).text;
      assert.ok(second.startsWith(`${first}Answer.`), second);
      const third = format.render({
        messages: [...later, say('assistant', 'B.'), say('user', 'C?')],
        ...plain,
      }).text;
      assert.ok(third.startsWith(`${second}B.`), third);
    });
  }

  it('say the day on which the process began', () => {
    const day = /02 Jan 2025|January 02, 2025|2025-01-02/;
    for (const name of ['llama3', 'granite', 'gptOss'] as const) {
      const { text } = formatOf(chatTemplates[name]).format.render({
        messages: [say('user', 'A?')],
        ...plain,
      });
      assert.match(text, day);
    }
  });

  it('switch thinking off where it is not wanted', () => {
    const render = (name: Name, thinking: boolean): string =>
      formatOf(chatTemplates[name]).format.render({ messages: [say('user', 'A?')], tools: [], thinking })
        .text;
    assert.match(render('qwen3', false), /<think>\n\n<\/think>\n\n$/);
    assert.doesNotMatch(render('qwen3', true), /<think>/);
    assert.match(render('granite', true), /Think in/);
    assert.doesNotMatch(render('granite', false), /Think in/);
    assert.match(render('gptOss', false), /Reasoning: low/);
  });

  it('end inside of thinking where the template begins it', () => {
    const { text, output } = formatOf(chatTemplates.deepseekR1).format.render({
      messages: [say('user', 'A?')],
      ...plain,
    });
    assert.ok(output.beginsThinking(text));
  });

  it('go on with the beginning of an answer, which is no thought and no control token', () => {
    for (const name of names) {
      const { format } = formatOf(chatTemplates[name]);
      const messages = [say('user', 'A?')];
      const asked = format.render({ messages, tools: [], thinking: false });
      const { text, output, failure } = format.render({
        ...{ messages, tools: [], thinking: false, answerStart: '```ts\n<|im_end|>' },
      });
      assert.equal(failure, null);
      assert.ok(text.startsWith(asked.text + output.answerHead(asked.text)), name);
      assert.equal(output.beginsThinking(text), false, name);
      const hasIt = asked.text.includes('<|im_end|>');
      assert.equal(text.endsWith('```ts\n<|im_end|>'), !hasIt, name);
    }
  });

  it('end an answer at the token that the template writes behind it', () => {
    const stops = names.map((name) => [
      name,
      ...formatOf(chatTemplates[name]).format.render({ messages: [say('user', 'A?')], ...plain }).stopTokens,
    ]);
    assert.deepEqual(Object.fromEntries(stops), {
      qwen25: '<|im_end|>',
      qwen3: '<|im_end|>',
      qwen3Coder: '<|im_end|>',
      llama3: '<|eot_id|>',
      mistral: '</s>',
      mistralTools: '</s>',
      gemma2: '<end_of_turn>',
      gemma3: '<end_of_turn>',
      phi35: '<|end|>',
      deepseekR1: '<｜end▁of▁sentence｜>',
      granite: '<|end_of_text|>',
      gptOss: undefined,
    });
  });
});

describe('a template that can’t be used', () => {
  const chatml = chatTemplates.qwen25;
  const cases: [title: string, text: string, reason: RegExp][] = [
    ['is no Jinja', '{% for %}', /can't be used/],
    ['never ends a block', '{% if messages %}x', /can't be used/],
    ['fails', "{{ raise_exception('Only on Sundays.') }}", /Only on Sundays\)/],
    ['leaves out the question', 'Hello', /leaves out the question/],
    ['forgets the conversation', '{{ messages[-1].content }}', /leaves out a part/],
    ['asks for a filter that nobody has', '{{ messages | rot13 }}', /can't be used/],
    ['counts without end', '{% for i in range(999999999) %}{% endfor %}', /counts too far/],
    ['is longer than any', `${'{# x #}'.repeat(200_000)}`, /too long/],
  ];
  for (const [title, text, reason] of cases) {
    it(`because it ${title}, gives way to ChatML or to headings, and says so`, () => {
      const { format } = formatOf(chatml, { text });
      assert.deepEqual([format.kind, format.tools], ['chatml', false]);
      assert.match(format.limitation ?? '', reason);
      assert.doesNotMatch(format.limitation ?? '', /\n/);
      const bare = formatOf(chatml, { text, controls: ['<s>'] }).format;
      assert.equal(bare.kind, 'plain');
      const rendered = bare.render({ messages: [say('system', 'S'), say('user', 'A?')], ...plain });
      assert.deepEqual(
        [rendered.text, rendered.stops.length],
        ['S\n\n### Question:\nA?\n\n### Answer:\n', 2],
      );
    });
  }

  it('with one conversation only, gives way for that one', () => {
    const text = `{% if messages | length > 4 %}{{ raise_exception('Too much.') }}{% endif %}${chatml.text}`;
    const { format } = formatOf(chatml, { text });
    assert.equal(format.kind, 'model');
    const messages = Array.from({ length: 5 }, (_, index) =>
      say(index % 2 === 0 ? 'user' : 'assistant', `M${index}`),
    );
    const rendered = format.render({ messages, ...plain });
    assert.equal(rendered.failure, 'Too much');
    assert.ok(rendered.text.endsWith('<|im_start|>user\nM4<|im_end|>\n<|im_start|>assistant\n'));
  });
});

describe('a model with a template of its own for tools', () => {
  it('gets it where there are tools', () => {
    const own = chatTemplates.phi35;
    const more = { controls: [...own.controls, ...chatTemplates.qwen25.controls] };
    const { format } = formatOf(own, more, chatTemplates.qwen25.text);
    assert.ok(format.tools);
    const messages = [say('user', 'A?')];
    assert.match(format.render({ messages, ...plain }).text, /^<\|user\|>/);
    assert.match(
      format.render({ messages, tools: [search], thinking: true }).text,
      /^<\|im_start\|>system[^]*Finds lines/,
    );
  });
});
