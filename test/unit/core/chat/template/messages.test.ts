import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { adaptMessages, type TemplateTraits } from '../../../../../src/core/chat/template/messages.ts';
import type { ChatMessage } from '../../../../../src/core/chat/types.ts';

const all: TemplateTraits = { system: true, neighbours: true, calls: { arguments: 'object', several: true } };
const same = (text: string): string => text;
const say = (role: ChatMessage['role'], content: string): ChatMessage => ({ role, content });
const call = (id: string, text: string) => ({ id, name: 'search', arguments: `{"text":"${text}"}` });
const result = (id: string, content: string): ChatMessage => ({
  ...say('tool', content),
  toolCallId: id,
  toolName: 'search',
});
const told: ChatMessage[] = [
  say('system', 'S'),
  say('user', 'Q'),
  { ...say('assistant', 'Look.\n'), reasoning: 'Hm.', toolCalls: [call('x', 'a'), call('y', 'b')] },
  result('x', 'A'),
  result('y', 'B'),
  say('assistant', 'Done.'),
];

describe('adaptMessages', () => {
  it('gives templates OpenAI’s shape, with keys only where there is something', () => {
    const [system, , calls, first] = adaptMessages(told, all, same);
    assert.deepEqual(system, { role: 'system', content: 'S' });
    assert.deepEqual(calls, {
      role: 'assistant',
      content: 'Look.',
      reasoning_content: 'Hm.',
      tool_calls: ['call00001', 'call00002'].map((id, index) => ({
        id,
        type: 'function',
        function: { name: 'search', arguments: { text: 'ab'[index] } },
      })),
    });
    assert.deepEqual(first, { role: 'tool', content: 'A', tool_call_id: 'call00001', name: 'search' });
  });

  it('gives arguments as text where a template wants that, and where they are no object', () => {
    const asText = { ...all, calls: { arguments: 'text', several: true } } as const;
    const given = adaptMessages(told, asText, same)[2]?.tool_calls?.[0]?.function.arguments;
    assert.equal(given, '{"text":"a"}');
    for (const broken of ['{"text": ', '[1]', 'null', '']) {
      const message = { ...say('assistant', ''), toolCalls: [{ ...call('x', ''), arguments: broken }] };
      assert.equal(adaptMessages([message], all, same)[0]?.tool_calls?.[0]?.function.arguments, broken);
    }
  });

  it('gives each call a message of its own, before its result, where only one may be in it', () => {
    const single: TemplateTraits = { ...all, calls: { arguments: 'object', several: false } };
    const order = adaptMessages(told, single, same).map(
      ({ role, content, tool_calls: calls }) => `${role} ${calls?.[0]?.id ?? content}`,
    );
    assert.deepEqual(order, [
      ...['system S', 'user Q', 'assistant call00001', 'tool A', 'assistant call00002', 'tool B'],
      'assistant Done.',
    ]);
  });

  it('tells calls and results in words where a template knows no tools', () => {
    const messages = adaptMessages(told, { ...all, calls: null }, same);
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['system', 'user', 'assistant', 'user', 'user', 'assistant'],
    );
    assert.match(messages[2]?.content ?? '', /Look\.[^]*Called search with \{"text":"a"\}[^]*"b"/);
    assert.match(messages[3]?.content ?? '', /^Result of search:\nA$/);
  });

  it('puts what the system says before the first question, and joins neighbours, as a template needs it', () => {
    const strict: TemplateTraits = { system: false, neighbours: false, calls: null };
    const messages = adaptMessages([...told, say('user', 'R'), say('user', 'T')], strict, same);
    assert.deepEqual(
      messages.map(({ role }) => role),
      ['user', 'assistant', 'user', 'assistant', 'user'],
    );
    assert.equal(messages[0]?.content, 'S\n\nQ');
    assert.equal(messages[4]?.content, 'R\n\nT');
  });

  it('gives the same beginning for the same beginning', () => {
    const traits: TemplateTraits[] = [
      all,
      { ...all, calls: { arguments: 'text', several: false } },
      { system: false, neighbours: false, calls: null },
    ];
    for (const one of traits) {
      const shorter = adaptMessages(told, one, same);
      const longer = adaptMessages([...told, say('user', 'R')], one, same);
      assert.deepEqual(longer.slice(0, shorter.length), shorter);
    }
  });

  it('masks everything that somebody says', () => {
    const text = JSON.stringify(adaptMessages(told, all, () => 'M'));
    for (const said of ['S', 'Q', 'Look', 'Hm', 'search', 'A', 'B', 'Done', '"text"']) {
      assert.ok(!text.includes(said === '"text"' ? said : `"${said}`), said);
    }
  });
});
