import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chatMessages } from '../../../../src/vscode/lm/requestMessages.ts';
import { offeredTools } from '../../../../src/core/chat/requestTools.ts';

const text = (value: string) => ({ kind: 'text', text: value }) as const;

describe('messages of VS Code’s language model API', () => {
  it('of one role become one message', () => {
    const messages = chatMessages([
      { role: 'user', parts: [text('Rules.')] },
      { role: 'user', parts: [text('Why'), text('?')] },
      { role: 'assistant', parts: [text('So.')] },
    ]);
    assert.deepEqual(messages, [
      { role: 'user', content: 'Rules.\n\nWhy?' },
      { role: 'assistant', content: 'So.' },
    ]);
  });

  it('keep calls of tools and their results together, with the tool’s name', () => {
    const messages = chatMessages([
      { role: 'user', parts: [text('Read it.')] },
      {
        role: 'assistant',
        parts: [text('Yes.'), { kind: 'call', id: 'c1', name: 'read', input: { path: 'a' } }],
      },
      { role: 'user', parts: [{ kind: 'result', id: 'c1', text: 'content' }] },
    ]);
    assert.deepEqual(messages, [
      { role: 'user', content: 'Read it.' },
      {
        role: 'assistant',
        content: 'Yes.',
        toolCalls: [{ id: 'c1', name: 'read', arguments: '{"path":"a"}' }],
      },
      { role: 'tool', content: 'content', toolCallId: 'c1', toolName: 'read' },
    ]);
  });

  it('put a result before the text that came with it, and leave out what is empty', () => {
    const messages = chatMessages([
      { role: 'user', parts: [text('And now?'), { kind: 'result', id: 'x', text: 'r' }] },
      { role: 'assistant', parts: [] },
    ]);
    assert.deepEqual(messages, [
      { role: 'tool', content: 'r', toolCallId: 'x', toolName: '' },
      { role: 'user', content: 'And now?' },
    ]);
  });
});

describe('tools of VS Code’s language model API', () => {
  const tool = {
    name: 'edit',
    description: 'Edits.',
    inputSchema: {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Where.' },
        line: { type: 'integer' },
        how: { type: 'string', enum: ['a', 'b'] },
        edits: { type: 'array', description: 'What.', items: { type: 'string' } },
      },
      required: ['path'],
    },
  };

  it('are told of in flat arguments', () => {
    const [definition] = offeredTools([tool]).definitions;
    assert.deepEqual(definition?.parameters, {
      type: 'object',
      properties: {
        path: { type: 'string', description: 'Where.' },
        line: { type: 'integer', description: '' },
        how: { type: 'string', description: 'One of: a, b.' },
        edits: {
          type: 'string',
          description: 'What. As JSON: {"type":"array","description":"What.","items":{"type":"string"}}',
        },
      },
      required: ['path'],
    });
  });

  it('without a schema take nothing', () => {
    const { definitions, input } = offeredTools([{ name: 'now', description: 'Tells the time.' }]);
    assert.deepEqual(definitions[0]?.parameters, { type: 'object', properties: {}, required: [] });
    assert.deepEqual(input('now', ''), {});
  });

  it('get lists and objects back, however the model wrote them', () => {
    const { input } = offeredTools([tool]);
    assert.deepEqual(input('edit', '{"path":"{}","edits":"[\\"x\\"]"}'), { path: '{}', edits: ['x'] });
    assert.deepEqual(input('edit', '{"edits":["x"]}'), { edits: ['x'] });
    assert.deepEqual(input('edit', '{"edits":"no json"}'), { edits: 'no json' });
  });

  it('are called with nothing that is no object', () => {
    const { input } = offeredTools([tool]);
    for (const bad of ['{"path":', '[1]', '"x"', 'null']) assert.equal(input('edit', bad), null, bad);
  });
});
