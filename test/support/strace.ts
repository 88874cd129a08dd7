import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from './engine.ts';

/** A system call as strace writes it, and the thread that made it. */
export interface SystemCall {
  readonly thread: string;
  readonly name: string;
  /** What stands between its brackets. */
  readonly args: string;
}

/** What a program did, its threads and the processes that it started included. */
export interface TracedRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly SystemCall[];
}

/** Sockets and what is done with them, files that are opened, and programs that are started. */
const traced = ['%network', 'openat', 'open', 'execve', 'io_uring_setup'];

/**
 * Runs a program under strace (Linux). The rings of io_uring, by which a program can ask for a socket unseen, are refused
 * as by an older kernel. Throws where there is no strace.
 */
export function trace(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): TracedRun {
  const file = path.join(temporaryFolder(), 'trace');
  const expressions = ['signal=none', `trace=${traced.join(',')}`, 'inject=io_uring_setup:error=ENOSYS'];
  const flags = [
    '--seccomp-bpf',
    '-f',
    '-qq',
    '-s',
    '256',
    '-o',
    file,
    ...expressions.flatMap((one) => ['-e', one]),
  ];
  const { error, status, stdout, stderr } = spawnSync('strace', [...flags, command, ...args], {
    ...{ encoding: 'utf8', maxBuffer: 1 << 26, input: '' },
    ...options,
  });
  if (error !== undefined)
    throw new Error('This test needs strace: install the package of that name.', { cause: error });
  return { status, stdout, stderr, calls: readTrace(readFileSync(file, 'utf8')) };
}

/** Reads strace's lines; a call that another interrupted stands in two: its arguments first, what it gave in a later line. */
export function readTrace(text: string): SystemCall[] {
  const calls: SystemCall[] = [];
  /** Where the unfinished call of a thread stands. */
  const unfinished = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, of = '', rest = ''] = /^(\d+) +<\.\.\. \w+ resumed>(.*)$/.exec(line) ?? [];
    const at = unfinished.get(of);
    const begun = at === undefined ? undefined : calls[at];
    if (at !== undefined && begun !== undefined) {
      calls[at] = { ...begun, args: begun.args.replace(/ *<unfinished \.\.\.>$/, '') + rest };
      unfinished.delete(of);
    }
    const [, thread, name, args] = /^(\d+) +([a-z]\w*)\((.*)$/.exec(line) ?? [];
    if (thread === undefined || name === undefined || args === undefined) continue;
    if (args.endsWith('<unfinished ...>')) unfinished.set(thread, calls.length);
    calls.push({ thread, name, args });
  }
  return calls;
}

/** The calls that touch a network, or could: everything but sockets between this program's own processes. */
export interface NetworkCalls {
  /** Sockets of any family but this machine's own. */
  readonly sockets: string[];
  /** Connections and messages to an address, sockets of this machine included. */
  readonly connections: string[];
  /** Signs that a name was looked up: the resolver's files, port 53, and the services that look up for others. */
  readonly lookups: string[];
  /** Rings that were given, by which a program can ask for a socket without a call that is seen here. */
  readonly rings: string[];
}

/** What of a trace touches a network. */
export function networkCalls(calls: readonly SystemCall[]): NetworkCalls {
  const found = (test: (call: SystemCall) => boolean): string[] =>
    calls.filter(test).map(({ name, args }) => `${name}(${args}`);
  const addressed = (args: string): boolean =>
    args.includes('sa_family=') && !args.includes('sa_family=AF_UNSPEC');
  return {
    sockets: found(({ name, args }) => name === 'socket' && !/^AF_(UNIX|LOCAL)\b/.test(args)),
    connections: found(
      ({ name, args }) =>
        ['connect', 'sendto', 'sendmsg', 'sendmmsg', 'bind', 'listen'].includes(name) &&
        (name === 'listen' || addressed(args)),
    ),
    lookups: found(
      ({ args }) =>
        /\b(sin6?_port=htons\(53\)|nscd|systemd\/resolve|mdnsresponder)/i.test(args) ||
        /"\/etc\/(resolv\.conf|hosts|nsswitch\.conf|host\.conf|gai\.conf)"/.test(args),
    ),
    rings: found(({ name, args }) => name === 'io_uring_setup' && !args.includes('ENOSYS')),
  };
}

/** The programs that were started, as their arguments stand there. */
export function programs(calls: readonly SystemCall[]): string[] {
  return calls.filter(({ name }) => name === 'execve').map(({ args }) => args);
}
