import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { memoryPressure, type PressurePorts } from '../../../src/engine/memoryPressure.ts';

const stalls = (full: string): string =>
  `some avg10=40.00 avg60=1.00 avg300=0.00 total=1\nfull avg10=${full} avg60=0.00 avg300=0.00 total=1\n`;
const info = (available: number): string =>
  `MemTotal:       16000000 kB\nMemFree:          100000 kB\nMemAvailable:   ${available} kB\n`;

/** A machine with these files; null: the file is not there. */
function linux(pressure: string | null, meminfo: string | null): Partial<PressurePorts> {
  return {
    platform: 'linux',
    read: (file) => {
      const text = file === '/proc/meminfo' ? meminfo : pressure;
      return text === null ? Promise.reject(new Error('ENOENT')) : Promise.resolve(text);
    },
  };
}

function mac(level: string | null): Partial<PressurePorts> {
  return {
    platform: 'darwin',
    run: (program, args) => {
      assert.deepEqual([program, ...args], ['sysctl', '-n', 'kern.memorystatus_vm_pressure_level']);
      return level === null ? Promise.reject(new Error('denied')) : Promise.resolve(`${level}\n`);
    },
  };
}

const windows = (free: number): Partial<PressurePorts> => ({
  platform: 'win32',
  memory: () => ({ free, total: 16_000 }),
});

const rows: [name: string, ports: Partial<PressurePorts>, short: boolean][] = [
  ['Linux with room', linux(stalls('0.00'), info(8_000_000)), false],
  ['Linux that stalls', linux(stalls('12.50'), info(8_000_000)), true],
  ['Linux with little left', linux(stalls('0.00'), info(700_000)), true],
  ['Linux without stall information', linux(null, info(8_000_000)), false],
  ['Linux without stall information, with little left', linux(null, info(700_000)), true],
  ['Linux that tells nothing', linux(null, null), false],
  ['macOS at its normal level', mac('1'), false],
  ['macOS that warns', mac('2'), true],
  ['macOS at its critical level', mac('4'), true],
  ['macOS that tells nothing', mac(null), false],
  ['macOS that tells something else', mac('unknown oid'), false],
  ['Windows with room', windows(8_000), false],
  ['Windows with little left', windows(700), true],
];

describe('memory pressure', () => {
  const unexpected = (): never => assert.fail('nothing else is asked for');
  for (const [name, ports, short] of rows) {
    it(`${short ? 'is felt' : 'is not felt'} on ${name}`, async () => {
      const all = {
        platform: 'win32',
        read: unexpected,
        run: unexpected,
        memory: unexpected,
        ...ports,
      } as const;
      assert.equal(await memoryPressure(all), short);
    });
  }

  it('can be found out about on this machine', async () => {
    assert.equal(typeof (await memoryPressure()), 'boolean');
  });
});
