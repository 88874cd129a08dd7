import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Power, type PowerPorts } from '../../../src/host/power.ts';

type Supply = Record<string, string>;
const folder = '/sys/class/power_supply';

/** A Linux machine with these supplies; null: no such folder. */
function linux(supplies: Record<string, Supply> | null): Partial<PowerPorts> {
  return {
    platform: 'linux',
    list: (at) => {
      assert.equal(at, folder);
      return supplies === null ? Promise.reject(new Error('ENOENT')) : Promise.resolve(Object.keys(supplies));
    },
    read: (file) => {
      const [name = '', key = ''] = file.slice(folder.length + 1).split('/');
      const text = supplies?.[name]?.[key];
      return text === undefined ? Promise.reject(new Error('ENOENT')) : Promise.resolve(`${text}\n`);
    },
  };
}

function mac(said: string | null): Partial<PowerPorts> {
  return {
    platform: 'darwin',
    run: (program, args) => {
      assert.deepEqual([program, ...args], ['pmset', '-g', 'batt']);
      return said === null ? Promise.reject(new Error('no pmset')) : Promise.resolve(said);
    },
  };
}

const mains = (online: string): Supply => ({ type: 'Mains', online });
const battery = (status: string): Supply => ({ type: 'Battery', status });
const mouse = { type: 'Battery', scope: 'Device', status: 'Discharging' };

const rows: [name: string, ports: Partial<PowerPorts>, onBattery: boolean | null][] = [
  ['a laptop that is plugged in', linux({ AC: mains('1'), BAT0: battery('Charging') }), false],
  ['a laptop that is not', linux({ AC: mains('0'), BAT0: battery('Discharging') }), true],
  ['one that is charged by USB', linux({ BAT0: battery('Full'), ucsi: { type: 'USB', online: '1' } }), false],
  ['one with two batteries', linux({ BAT0: battery('Not charging'), BAT1: battery('Discharging') }), true],
  ['one that tells of its battery only', linux({ BAT0: battery('Discharging') }), true],
  ['a desktop', linux({}), false],
  ['a desktop with a wireless mouse', linux({ hid: mouse }), false],
  ['a machine that tells nothing', linux(null), null],
  ['a Mac that is plugged in', mac("Now drawing from 'AC Power'\n -InternalBattery-0 98%; charged;"), false],
  ['a Mac that is not', mac("Now drawing from 'Battery Power'\n -InternalBattery-0 80%; discharging;"), true],
  ['a Mac that tells nothing', mac(null), null],
  ['a Mac that tells something else', mac('usage: pmset'), null],
  ['Windows', { platform: 'win32' }, null],
];

const unexpected = (): never => assert.fail('nothing else is asked for');
const ports = (own: Partial<PowerPorts>): PowerPorts => ({
  platform: 'win32',
  list: unexpected,
  read: unexpected,
  run: unexpected,
  now: () => 0,
  ...own,
});

describe('the power supply', () => {
  for (const [name, own, expected] of rows) {
    it(`of ${name} is ${expected === null ? 'unknown' : expected ? 'its battery' : 'the mains'}`, async () => {
      assert.equal(await new Power(ports(own)).onBattery(), expected);
    });
  }

  it('is looked up once in 30 seconds', async () => {
    let now = 0;
    let asked = 0;
    const source = (): string => (asked % 2 === 1 ? 'Battery' : 'AC');
    const power = new Power(
      ports({
        platform: 'darwin',
        now: () => now,
        run: () => {
          asked += 1;
          return Promise.resolve(`Now drawing from '${source()} Power'`);
        },
      }),
    );
    assert.deepEqual([await power.onBattery(), await power.onBattery()], [true, true]);
    now = 29_999;
    assert.equal(await power.onBattery(), true);
    now = 30_000;
    assert.equal(await power.onBattery(), false);
    assert.equal(asked, 2);
  });

  it('can be asked for on this machine', async () => {
    assert.ok([true, false, null].includes(await new Power().onBattery()));
  });
});
