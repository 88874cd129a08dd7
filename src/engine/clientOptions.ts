import type { ConnectionOptions, EngineConnection } from './connection.ts';
import type { LoadSettings } from './loadOptions.ts';
import type { ModelFacts } from './modelFacts.ts';
import type { LoadedModel } from './protocol.ts';
import type { Residents } from './residents.ts';
import type { Timers } from './timers.ts';

/** What an engine's client works with. */
export interface EngineClientOptions extends Omit<ConnectionOptions, 'graceMs'> {
  /** Read at every start that somebody asks for, so that a restart takes new settings. */
  readonly settings: () => LoadSettings;
  readonly facts: ModelFacts;
  readonly graceMs?: number;
  readonly restartDelays?: readonly number[];
  /** Quiet time after a completion before the self-test of the prompt order may run. */
  readonly idleMs?: number;
  /** Whether work may be done that nobody asked for, as on mains power. */
  readonly mayWorkUnasked?: () => boolean;
  /** Milliseconds without a request after which the model is unloaded; 0: never. Read after each request. */
  readonly idleUnloadMs?: () => number;
  /** Whether memory has room for a model beside the one that is loaded. */
  readonly canHoldBoth?: (next: LoadSettings, loaded: LoadedModel) => Promise<boolean>;
  /** Where other windows read what this one has loaded. */
  readonly residents?: Pick<Residents, 'add' | 'remove' | 'others'>;
  readonly timers?: Timers;
  /** Opens a connection to a new process, for tests. */
  readonly connect?: (options: ConnectionOptions) => EngineConnection;
}
