import { Engines } from '../../src/engine/engines.ts';
import { loadDefaults, type LoadSettings } from '../../src/engine/loadOptions.ts';
import { ModelFacts } from '../../src/engine/modelFacts.ts';
import { offeredModels } from '../../src/host/server/offeredModels.ts';
import { HearthServer } from '../../src/host/server/server.ts';
import { Egress } from '../../src/remote/egress.ts';
import { enginePath } from './engine.ts';
import { token } from './servedWorld.ts';

const running: { readonly server: HearthServer; readonly engines: Engines }[] = [];

/** For `after`: ends all servers and engines. */
export async function stopServed(): Promise<void> {
  await Promise.all(running.map(({ server }) => server.stop()));
  await Promise.all(running.splice(0).map(({ engines }) => engines.stop()));
}

export interface ServedEngines {
  readonly engines: Engines;
  readonly server: HearthServer;
  /** Asks below `/v1`, with the token. */
  readonly ask: (
    to: string,
    body?: object,
    signal?: AbortSignal,
  ) => Promise<{ readonly status: number; readonly text: string }>;
}

/** Hearth as a server over built engines with these models; `chat` null: one for both roles. */
export async function serve(completion: string, chat: string | null = null): Promise<ServedEngines> {
  const settings = (modelPath: string): LoadSettings => ({
    ...loadDefaults,
    ...{ modelPath, device: 'cpu', contextTokens: 2048, chatContextTokens: 2048, threads: 1 },
    ...{ stateFolder: null, draftModelPath: null },
  });
  const client = { enginePath, log: () => undefined, facts: new ModelFacts(null, () => undefined) };
  const engines = new Engines({
    completion: { ...client, settings: () => settings(completion) },
    chat: client,
    chatSettings: () => (chat === null ? null : settings(chat)),
    memoryPressure: () => Promise.resolve(false),
  });
  const models = offeredModels({
    engines,
    completionPath: () => completion,
    chatContextTokens: () => 2048,
    starterPath: null,
  });
  const rules = () => ({ token, allowedOrigins: [] });
  const server = await HearthServer.start({ egress: new Egress(), port: 0, rules, models });
  running.push({ server, engines });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  return {
    ...{ engines, server },
    ask: async (to, body, signal) => {
      const answer = await fetch(`${server.address}${to}`, {
        ...{ headers, method: body === undefined ? 'GET' : 'POST' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      return { status: answer.status, text: await answer.text() };
    },
  };
}
