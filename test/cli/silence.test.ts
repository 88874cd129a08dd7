/** The command line and its engine open no socket and look up no name for what they do by themselves (Linux: strace). */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { writeChatModel } from '../support/chatModel.ts';
import { repository, temporaryFolder } from '../support/engine.ts';
import { scriptedModel } from '../support/gguf.ts';
import {
  networkCalls,
  programs,
  readTrace,
  trace,
  type NetworkCalls,
  type TracedRun,
} from '../support/strace.ts';

const folder = temporaryFolder();
const workspace = path.join(folder, 'shop');
const completing = path.join(folder, 'completing.gguf');
const talking = path.join(folder, 'talking.gguf');
const refactoring = path.join(folder, 'refactoring.gguf');
const cli = path.join(repository, 'dist/cli.mjs');
const nothing: NetworkCalls = { sockets: [], connections: [], lookups: [], rings: [] };

function hearth(args: readonly string[]): TracedRun {
  const env = { ...process.env, HEARTH_STATE_DIR: path.join(folder, 'state') };
  return trace(process.execPath, [cli, ...args], { cwd: workspace, env });
}

/** A program that does this in JavaScript. */
const program = (code: string): NetworkCalls => networkCalls(trace(process.execPath, ['-e', code]).calls);

const code = 'export function withTax(price: number): number {\n  return price * 1.19;\n}';
/** What each run ends with on standard output. */
const runs: readonly (readonly [args: readonly string[], said: RegExp])[] = [
  [['complete', 'src/price.ts:2:13', '--model', completing], /0\.19;/],
  [['chat', 'Where is withTax?', '--model', talking], /It is in src\/price\.ts/],
  [['refactor', 'simplify', 'src/price.ts:2:3', '--model', refactoring], /^--- a\/src\/price\.ts/],
];

it('reads a call whole that another thread interrupted', () => {
  const ring = 'io_uring_setup(256, {flags=0';
  const text = [
    `11 ${ring} <unfinished ...>`,
    '12 socket(AF_INET, SOCK_STREAM <unfinished ...>',
    '11 <... io_uring_setup resumed>}) = -1 ENOSYS (Function not implemented) (INJECTED)',
    '12 <... socket resumed>, IPPROTO_IP) = 7',
    `13 ${ring} <unfinished ...>`,
    '13 <... io_uring_setup resumed>}) = 9',
  ].join('\n');
  const { sockets, rings } = networkCalls(readTrace(text));
  assert.deepEqual(sockets, ['socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 7']);
  assert.deepEqual(rings, [`${ring}}) = 9`]);
});

if (process.platform === 'linux') {
  describe('what a command does by itself', () => {
    before(async () => {
      mkdirSync(path.join(workspace, 'src'), { recursive: true });
      const text =
        'export function withTax(price: number): number {\n  const tax =\n  return price * 1.19;\n}\n';
      writeFileSync(path.join(workspace, 'src/price.ts'), text);
      await scriptedModel({ path: completing, chains: [{ after: '=', pieces: [' 0.19', ';\n'] }] });
      const call = JSON.stringify({ name: 'search', arguments: { text: 'withTax' } });
      const looks = `I look.\n<tool_call>\n${call}\n</tool_call>`;
      await writeChatModel(talking, { answers: [looks, 'It is in src/price.ts:1.'], tools: true });
      await writeChatModel(refactoring, { answers: [`${code}\n\`\`\`\nShorter.`], says: {} });
    });

    for (const [args, said] of runs) {
      it(`${args[0]}: no socket to anywhere, no name is looked up, in any process or thread`, () => {
        const run = hearth(args);
        assert.match(run.stdout, said, run.stderr);
        const engines = programs(run.calls).filter((one) => /dist\/engine\/main\.mjs/.test(one));
        assert.equal(engines.length, 1, 'the engine was traced too');
        const threads = new Set(run.calls.map(({ thread }) => thread));
        const pairs = run.calls.filter(({ name }) => name === 'socketpair');
        assert.ok(
          pairs.every(({ args }) => args.startsWith('AF_UNIX')),
          'pairs lead from one process to another',
        );
        assert.deepEqual(networkCalls(run.calls), nothing);
        console.log(
          `hearth ${args[0]}: ${programs(run.calls).length} programs, ${threads.size} threads with ` +
            `${run.calls.length} traced calls; sockets of a network: 0, connections: 0, look-ups: 0`,
        );
      });
    }
  });

  describe('what would be seen', () => {
    const connect = "require('net').connect(9, '127.0.0.1').on('error', () => undefined)";
    const ways: readonly (readonly [what: string, code: string, where: keyof NetworkCalls])[] = [
      ['a connection', connect, 'sockets'],
      [
        'a connection of a thread',
        `new (require('worker_threads').Worker)(${JSON.stringify(connect)}, { eval: true })`,
        'sockets',
      ],
      [
        'a connection of a program that it starts',
        `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(connect)}])`,
        'connections',
      ],
      ['a connection by IPv6', "require('net').connect(9, '::1').on('error', () => undefined)", 'sockets'],
      [
        'a server',
        "const server = require('net').createServer().listen(0, '127.0.0.1', () => server.close())",
        'connections',
      ],
      [
        'a datagram',
        "const one = require('dgram').createSocket('udp4'); one.send('a', 9, '127.0.0.1', () => one.close())",
        'sockets',
      ],
      ['a name that is looked up', "require('dns').lookup('hearth.invalid', () => undefined)", 'lookups'],
      [
        'a name that a server is asked for',
        "const asked = new (require('dns').Resolver)({ timeout: 100, tries: 1 }); asked.setServers(['127.0.0.1:53']); asked.resolve4('hearth.invalid', () => undefined)",
        'lookups',
      ],
      ['a fetch', "fetch('http://127.0.0.1:59999/').catch(() => undefined)", 'sockets'],
    ];
    for (const [what, code, where] of ways) {
      it(what, () => assert.ok(program(code)[where].length > 0));
    }

    it('and a command that opens a connection, because it is asked to', () => {
      const run = hearth(['models', 'list', '--refresh', '--catalogue', 'http://127.0.0.1:9/some.json']);
      assert.match(run.stderr, /127\.0\.0\.1:9 refuses the connection/);
      const { sockets, connections } = networkCalls(run.calls);
      assert.equal(sockets.length, 1);
      assert.match(connections.join('\n'), /^connect\(.*htons\(9\)/);
    });

    for (const [how, args, env] of [
      ['--offline', ['--offline'], {}],
      ['HEARTH_OFFLINE', [], { HEARTH_OFFLINE: '1' }],
    ] as const) {
      it(`but none with ${how}, which refuses it in one sentence`, () => {
        const state = { HEARTH_STATE_DIR: path.join(folder, 'state') };
        const run = trace(
          process.execPath,
          [cli, 'models', 'pull', 'http://127.0.0.1:9/model.gguf', ...args],
          {
            env: { ...process.env, ...state, ...env },
          },
        );
        assert.notEqual(run.status, 0);
        assert.match(
          run.stderr,
          /^Hearth is offline and opens no connection to 127\.0\.0\.1:9: leave out .*HEARTH_OFFLINE.*\.$/m,
        );
        assert.deepEqual(networkCalls(run.calls), nothing);
      });
    }
  });
}
