import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { machineSources, probeMachine, type ProbeSources } from '../../../src/models/machine.ts';

const GiB = 1024 ** 3;

const meminfo = `MemTotal:       32779856 kB
MemFree:         1201420 kB
MemAvailable:   24117060 kB
Buffers:          602112 kB
Cached:         21344000 kB
SwapTotal:       2097148 kB
`;

/** In the form that macOS prints; the numbers are those of a Mac with 16 GB in use. */
const vmStat = `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               51234.
Pages active:                            312889.
Pages inactive:                          301102.
Pages speculative:                         9120.
Pages throttled:                              0.
Pages wired down:                        141872.
Pages purgeable:                           5012.
"Translation faults":                 418822193.
Pages copy-on-write:                   31223456.
Pages zero filled:                    211882934.
Pages reactivated:                      5102231.
Pages purged:                            912331.
File-backed pages:                       301455.
Anonymous pages:                         321656.
Pages stored in compressor:              402113.
Pages occupied by compressor:            158210.
Decompressions:                         2210331.
Compressions:                           3311220.
`;

interface Recorded {
  readonly files?: Readonly<Record<string, string>>;
  readonly commands?: Readonly<Record<string, string>>;
}

function recorded(given: Partial<ProbeSources>, { files = {}, commands = {} }: Recorded = {}): ProbeSources {
  return {
    platform: 'linux',
    arch: 'x64',
    totalMemory: 16 * GiB,
    freeMemory: 3 * GiB,
    constrainedMemory: 0,
    read: (path) => Promise.resolve(files[path] ?? null),
    run: (command, parameters) => Promise.resolve(commands[[command, ...parameters].join(' ')] ?? null),
    ...given,
  };
}

describe('Linux', () => {
  const files = { '/proc/meminfo': meminfo };

  test('what programs can have without swapping', async () => {
    const machine = await probeMachine(null, recorded({}, { files }));
    assert.deepEqual(machine, {
      backend: 'cpu',
      ram: { total: 32_779_856 * 1024, free: 24_117_060 * 1024 },
      gpu: null,
    });
  });

  test('a container may have less, and its files’ pages can be given up', async () => {
    const container = {
      ...files,
      '/proc/self/cgroup': '0::/user.slice/app\n',
      '/sys/fs/cgroup/user.slice/app/memory.current': `${5 * GiB}\n`,
      '/sys/fs/cgroup/user.slice/app/memory.stat': `anon 1\ninactive_file ${2 * GiB}\nactive_file 5\n`,
    };
    const sources = recorded({ constrainedMemory: 8 * GiB }, { files: container });
    assert.deepEqual((await probeMachine(null, sources)).ram, { total: 8 * GiB, free: 5 * GiB });
  });

  test('the older layout of control groups, and a group that can’t be read', async () => {
    const older = {
      ...files,
      '/proc/self/cgroup': '9:memory:/docker/abc\n',
      '/sys/fs/cgroup/memory/memory.usage_in_bytes': String(3 * GiB),
      '/sys/fs/cgroup/memory/memory.stat': `cache 9\ntotal_inactive_file ${GiB}\n`,
    };
    const limited = { constrainedMemory: 4 * GiB };
    assert.equal((await probeMachine(null, recorded(limited, { files: older }))).ram.free, 2 * GiB);
    assert.equal((await probeMachine(null, recorded(limited, { files }))).ram.free, 4 * GiB);
  });

  test('no limit is written as more than there is', async () => {
    const { ram } = await probeMachine(null, recorded({ constrainedMemory: 2 ** 63 }, { files }));
    assert.equal(ram.total, 32_779_856 * 1024);
  });

  test('without /proc, what Node says', async () => {
    const machine = await probeMachine(null, recorded({}));
    assert.deepEqual(machine.ram, { total: 16 * GiB, free: 3 * GiB });
  });
});

describe('macOS', () => {
  const mac = { platform: 'darwin', arch: 'arm64' } as const;
  const commands = { 'sysctl -n hw.memsize': `${16 * GiB}\n`, vm_stat: vmStat };
  const used = (141_872 + 158_210 + 321_656 - 5012) * 16_384;

  test('memory without what is wired, compressed or the programs’ own', async () => {
    const { ram, backend } = await probeMachine(null, recorded(mac, { commands }));
    assert.deepEqual(ram, { total: 16 * GiB, free: 16 * GiB - used });
    assert.equal(backend, 'metal');
  });

  test('the GPU’s share: two thirds, from 36 GB on three quarters', async () => {
    const share = async (gibibytes: number): Promise<number> => {
      const sized = { ...commands, 'sysctl -n hw.memsize': String(gibibytes * GiB) };
      return (await probeMachine(null, recorded(mac, { commands: sized }))).gpu?.total ?? 0;
    };
    // As Metal logged them, in MiB.
    assert.equal(((await share(16)) / 1024 ** 2).toFixed(2), '10922.67');
    assert.equal(((await share(32)) / 1024 ** 2).toFixed(2), '21845.33');
    assert.equal((await share(64)) / 1024 ** 2, 49_152);
    assert.equal((await share(96)) / 1024 ** 2, 73_728);
  });

  test('no more than is free', async () => {
    const { gpu, ram } = await probeMachine(null, recorded(mac, { commands }));
    assert.deepEqual(gpu, { total: Math.floor((16 * GiB * 2) / 3), free: ram.free, unified: true });
    assert.ok(ram.free < (gpu?.total ?? 0));
  });

  test('a limit that the user set, and 0 for none', async () => {
    const limit = async (text: string): Promise<number | undefined> => {
      const set = { ...commands, 'sysctl -n iogpu.wired_limit_mb': text };
      return (await probeMachine(null, recorded(mac, { commands: set }))).gpu?.total;
    };
    assert.equal(await limit('13312\n'), 13 * GiB);
    assert.equal(await limit('0\n'), Math.floor((16 * GiB * 2) / 3));
    assert.equal(await limit('999999\n'), 16 * GiB);
  });

  test('an Intel Mac has no GPU for it, and commands that fail are done without', async () => {
    const machine = await probeMachine(null, recorded({ platform: 'darwin', arch: 'x64' }));
    assert.deepEqual(machine, { backend: 'cpu', ram: { total: 16 * GiB, free: 3 * GiB }, gpu: null });
  });
});

test('Windows: what Node says', async () => {
  const { ram } = await probeMachine(null, recorded({ platform: 'win32' }));
  assert.deepEqual(ram, { total: 16 * GiB, free: 3 * GiB });
});

test('what the engine found goes before what can be worked out', async () => {
  const gpu = { backend: 'cuda', total: 12 * GiB, free: 11 * GiB, unified: false } as const;
  const machine = await probeMachine(gpu, recorded({}));
  assert.equal(machine.backend, 'cuda');
  assert.deepEqual(machine.gpu, { total: 12 * GiB, free: 11 * GiB, unified: false });
});

test('this machine: more than nothing, and no more free than there is', async () => {
  const { ram } = await probeMachine(null, machineSources());
  assert.ok(ram.free > 0 && ram.free <= ram.total);
});
