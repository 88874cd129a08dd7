import type { Power } from '../host/power.ts';
import { readSettings } from './settings.ts';

/** Whether the machine's battery may be spent on work that nobody waits for; as of when it was asked last. */
export class PowerState {
  readonly #power: Pick<Power, 'onBattery'>;
  #onBattery = false;

  constructor(power: Pick<Power, 'onBattery'>) {
    this.#power = power;
    void this.#look();
  }

  /** Known at once, since a suggestion that was just shown asks: the answer is looked up for the next time. */
  get mayWorkUnasked(): boolean {
    void this.#look();
    return readSettings().settings['engine.workOnBattery'] || !this.#onBattery;
  }

  async #look(): Promise<void> {
    this.#onBattery = (await this.#power.onBattery()) === true;
  }
}
