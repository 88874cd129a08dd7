import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { downloadProblem } from '../../../src/models/downloadCheck.ts';
import { verifyModel } from '../../../src/models/digest.ts';
import { readFailure, writeFailure } from '../../../src/models/errors.ts';
import { inspectModel } from '../../../src/models/inspect.ts';
import { unfinishedDownloads } from '../../../src/models/unfinished.ts';
import { temporaryFolder } from '../../support/engine.ts';
import { folderWith } from '../../support/folderWith.ts';
import { corrupt, qwenMarkers, scriptedModel } from '../../support/gguf.ts';
import { float32, string } from '../../support/ggufWriter.ts';
import { smallModel, splitModel } from '../../support/smallModel.ts';

describe('inspectModel', () => {
  it('tells what a file says of itself, as JSON can hold it', async () => {
    const file = path.join(temporaryFolder(), 'ein Modell.gguf');
    const template =
      "{% if tools %}<|im_start|>system{% endif %}{{ 'user' }}{{ \"assistant\" }}{{ 'superuser' }}";
    const bytes = await smallModel(file, {
      template,
      more: {
        'general.license.link': string('https://example.com/licence'),
        'some.large': { type: 'uint64', value: 2n ** 60n },
        'some.float': float32(Infinity),
        'some.text': string('x'.repeat(600)),
        'tokenizer.chat_template.tool_use': string('{{ tools }}'),
      },
    });
    const inspected = await inspectModel(file);
    assert.deepEqual(JSON.parse(JSON.stringify(inspected)), inspected);
    assert.partialDeepStrictEqual(inspected, {
      path: file,
      files: [file],
      bytes,
      version: 3,
      kind: 'text',
      name: 'Small model',
      architecture: 'qwen2',
      licence: { name: 'apache-2.0', link: 'https://example.com/licence' },
      trainedContext: 32_768,
      vocabulary: 7,
      tensors: {
        count: 2,
        elements: 8 * 32,
        bytes: 4 * 8 * 32,
        byType: [{ type: 'F32', count: 2, bytes: 4 * 8 * 32 }],
      },
      markers: {
        format: 'fim',
        family: 'qwen-coder',
        foundIn: 'vocabulary',
        order: 'prefix-suffix-middle',
        prefix: { id: 2, text: '<|fim_prefix|>' },
        middle: { id: 4, text: '<|fim_middle|>' },
      },
      template: {
        text: template,
        others: ['tool_use'],
        roles: ['system', 'user', 'assistant'],
        tools: true,
        thinking: false,
      },
      problem: null,
    });
    const { metadata } = inspected;
    assert.deepEqual(metadata['tokenizer.ggml.tokens'], { array: 'string', length: 7 });
    assert.equal(metadata['some.large'], '1152921504606846976');
    assert.equal(metadata['some.float'], 'Infinity');
    assert.equal(metadata['some.text'], `${'x'.repeat(500)}…`);
  });

  it('finds markers that the metadata names, and says where there are none', async () => {
    const [metadata, none] = ['metadata', 'none'].map((name) => path.join(temporaryFolder(), `${name}.gguf`));
    await scriptedModel({ path: metadata ?? '', chains: [] });
    await scriptedModel({ path: none ?? '', chains: [], fimMarkers: 'none' });
    const { markers, template } = await inspectModel(metadata ?? '');
    assert.equal(markers.foundIn, 'metadata');
    assert.equal(markers.suffix?.text, qwenMarkers.suffix);
    assert.deepEqual([template.text, template.roles], [null, []]);
    assert.partialDeepStrictEqual((await inspectModel(none ?? '')).markers, {
      format: 'prefix-only',
      prefix: null,
    });
  });

  it('takes no plain token for a marker, except those that llama.cpp corrects', async () => {
    const folder = temporaryFolder();
    const tokens = (texts: readonly string[]): Parameters<typeof smallModel>[1] => ({
      fim: false,
      more: {
        'tokenizer.ggml.tokens': { type: 'array', of: 'string', values: texts.map(string) },
        'tokenizer.ggml.token_type': {
          type: 'array',
          of: 'int32',
          values: texts.map(() => ({ type: 'int32', value: 1 })),
        },
      },
    });
    await smallModel(path.join(folder, 'plain.gguf'), tokens(['[PREFIX]', '[SUFFIX]', '[MIDDLE]']));
    await smallModel(
      path.join(folder, 'mended.gguf'),
      tokens(['<fim_prefix>', '<fim_suffix>', '<fim_middle>']),
    );
    assert.equal((await inspectModel(path.join(folder, 'plain.gguf'))).markers.format, 'prefix-only');
    assert.equal((await inspectModel(path.join(folder, 'mended.gguf'))).markers.family, 'starcoder');
  });

  it('puts the parts of a split model together, and shows a part alone with what is wrong', async () => {
    const files = await splitModel(path.join(temporaryFolder(), 'big'), 2);
    const [first = '', second = ''] = files;
    const inspected = await inspectModel(second);
    assert.deepEqual([inspected.files, inspected.tensors.count, inspected.problem], [files, 2, null]);
    const alone = path.join(temporaryFolder(), 'renamed.gguf');
    copyFileSync(first, alone);
    assert.match((await inspectModel(alone)).problem ?? '', /part 1 of 2/);
    rmSync(second);
    const half = await inspectModel(first);
    assert.match(half.problem ?? '', /00002-of-00002\.gguf is missing/);
    assert.equal(half.architecture, 'qwen2');
  });

  it('shows a file that is cut off, and refuses what is no GGUF file', async () => {
    const file = path.join(temporaryFolder(), 'm.gguf');
    const bytes = await smallModel(file);
    const cut = await corrupt.truncated(file, `${file}.cut`, bytes - 1);
    const inspected = await inspectModel(cut);
    assert.equal(inspected.name, 'Small model');
    assert.notEqual(inspected.problem, null);
    await assert.rejects(inspectModel(await corrupt.notGguf(file)), { code: 'not-a-model' });
    await assert.rejects(inspectModel(path.join(file, 'none')), { code: 'gone' });
  });
});

describe('downloadProblem', () => {
  it('takes whole models and single parts under whatever name, and nothing else', async () => {
    const folder = temporaryFolder();
    const at = (name: string): string => path.join(folder, name);
    const bytes = await smallModel(at('m.gguf.part'));
    await corrupt.truncated(at('m.gguf.part'), at('half.part'), bytes - 1);
    await smallModel(at('projector.part'), { architecture: 'clip' });
    const parts = await splitModel(at('big'), 2);
    for (const [index, part] of parts.entries()) copyFileSync(part, at(`${index}.part`));
    for (const name of ['m.gguf.part', '0.part', '1.part'])
      assert.equal(await downloadProblem(at(name)), null);
    assert.match((await downloadProblem(at('half.part'))) ?? '', /bytes/);
    assert.match((await downloadProblem(at('projector.part'))) ?? '', /reads pictures/);
    assert.match((await downloadProblem(await corrupt.notGguf(at('page.part')))) ?? '', /web page/);
  });
});

describe('verifyModel', () => {
  const content = Buffer.alloc(9_000_000, 'abc');
  const expected = createHash('sha256').update(content).digest('hex');
  const newFile = (): string => path.join(folderWith({ 'größe 大.gguf': content }), 'größe 大.gguf');

  it('hashes the whole file and compares', async () => {
    const progress: number[] = [];
    const result = await verifyModel(newFile(), expected.toUpperCase(), {
      onProgress: ({ bytes, total }) => progress.push(bytes / total),
    });
    assert.deepEqual(result, { sha256: expected, bytes: content.length, matches: true });
    assert.ok(progress.length >= 3 && progress.at(-1) === 1);
    assert.equal((await verifyModel(newFile(), 'ab'.repeat(32))).matches, false);
    assert.equal((await verifyModel(newFile(), null)).matches, null);
  });

  it('stops within a chunk when it is cancelled', async () => {
    const controller = new AbortController();
    let last = 0;
    const work = verifyModel(newFile(), null, {
      signal: controller.signal,
      onProgress: ({ bytes }) => {
        last = bytes;
        controller.abort(new Error('cancelled'));
      },
    });
    await assert.rejects(work, /cancelled/);
    assert.ok(last < content.length);
  });

  it('gives no digest of a file that changes meanwhile', async () => {
    const file = newFile();
    const work = verifyModel(file, null, { onProgress: () => writeFileSync(file, 'x') });
    await assert.rejects(work, { code: 'changed' });
  });
});

describe('failures', () => {
  const systemError = (code: string): Error => Object.assign(new Error(code), { code });

  it('say what to do about what can’t be read', () => {
    const cases: [code: string, kind: string, message: RegExp][] = [
      ['ENOENT', 'gone', /not there/],
      ['EACCES', 'unreadable', /may not read it: change its permissions/],
      ['EPERM', 'unreadable', /may not read it/],
      ['ELOOP', 'unreadable', /in a circle/],
      ['EIO', 'unreadable', /disk fails/],
      ['EBADMSG', 'unreadable', /can't be read \(EBADMSG\)/],
    ];
    for (const [code, kind, message] of cases) {
      const failure = readFailure(systemError(code));
      assert.equal(failure.code, kind);
      assert.match(failure.message, message);
    }
  });

  it('say what to do about what can’t be written', () => {
    assert.equal(writeFailure('/models', systemError('ENOSPC')).code, 'no-space');
    assert.match(
      writeFailure('/models', systemError('EROFS')).message,
      /in \/models \(EROFS\): the disk is read-only/,
    );
    assert.match(writeFailure('/models', systemError('EFBIG')).message, /can't hold files of that size/);
  });
});

describe('unfinishedDownloads', () => {
  it('finds what was begun, and takes nothing else for it', async () => {
    const folder = folderWith({
      'a.gguf': '',
      'b 大.gguf.part': Buffer.alloc(5000),
      'set/c.gguf.part': 'c',
      part: '',
    });
    const found = await unfinishedDownloads(folder);
    assert.deepEqual(
      found.map(({ path: at, target, bytes }) => [
        path.relative(folder, at),
        path.relative(folder, target),
        bytes,
      ]),
      [
        ['b 大.gguf.part', 'b 大.gguf', 5000],
        [path.join('set', 'c.gguf.part'), path.join('set', 'c.gguf'), 1],
      ],
    );
    assert.deepEqual(await unfinishedDownloads(path.join(folder, 'none')), []);
  });
});
