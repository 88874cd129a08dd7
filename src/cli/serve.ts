import { once } from 'node:events';
import { Engines } from '../engine/engines.ts';
import type { LoadedModel } from '../engine/protocol.ts';
import { offeredModels } from '../host/server/offeredModels.ts';
import { isHearthAt } from '../host/server/portTaken.ts';
import { addressOf, HearthServer } from '../host/server/server.ts';
import { newToken } from '../host/server/token.ts';
import { EgressError } from '../remote/egressError.ts';
import { openEgress } from './egress.ts';
import { interruptible } from './interruptible.ts';
import { CliError, exitCode, printJson, printNote } from './output.ts';
import type { ServeOptions } from './serveArguments.ts';
import { defaultStateFolder, engineOptions, starterPath } from './session.ts';

/** Fewer characters can be guessed. */
const leastToken = 16;

/**
 * Offers the model to other programs of this machine until it is interrupted. Standard output gets the address once it
 * listens, with `--json` as an object.
 */
export async function runServe(options: ServeOptions): Promise<number> {
  const given = givenToken();
  const engines = openEngines(options);
  try {
    return await interruptible(async (signal) => {
      // What is wrong with the model is said at once, not to the first client.
      const model = await engines.completion.start();
      const token = given ?? newToken();
      const server = await start(options, engines, token);
      say(options, server, model, given === null ? token : null);
      if (!signal.aborted) await once(signal, 'abort');
      await server.stop();
      return exitCode.done;
    });
  } finally {
    await engines.stop();
  }
}

/** Both roles have the one model; that the user named one means that it chats where it can. */
function openEngines(options: ServeOptions): Engines {
  const { settings, ...client } = engineOptions(options, defaultStateFolder());
  return new Engines({
    completion: { ...client, settings },
    chat: client,
    chatSettings: () => (options.model === null ? null : settings()),
  });
}

async function start(options: ServeOptions, engines: Engines, token: string): Promise<HearthServer> {
  const { port, model, allowedOrigins, offline, verbose } = options;
  const stateFolder = defaultStateFolder();
  const egress = openEgress({
    ...{ offline, stateFolder, workspace: null },
    guard: ({ purpose }) => (purpose === 'server' ? null : 'hearth serve opens no other connection.'),
  });
  const { settings } = engineOptions(options, stateFolder);
  try {
    return await HearthServer.start({
      ...{ egress, port },
      rules: () => ({ token, allowedOrigins }),
      models: offeredModels({
        engines,
        completionPath: () => model ?? starterPath,
        chatContextTokens: () => settings().chatContextTokens,
        starterPath,
      }),
      ...(verbose ? { log: printNote } : {}),
    });
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    if (error.code === 'forbidden') throw new CliError('offline', error.message);
    if (error.systemCode === 'EADDRINUSE' && (await isHearthAt(egress, port, token))) {
      throw new CliError(
        'port-in-use',
        `Hearth is served at ${addressOf(port)} with this token already: use that, or choose another port with --port.`,
      );
    }
    throw new CliError('port-in-use', error.message.replace('another port', 'another one with --port'));
  }
}

function say(
  { json }: ServeOptions,
  { address }: HearthServer,
  { name }: LoadedModel,
  token: string | null,
): void {
  printNote(`${name} is served on this machine; Ctrl+C ends it.`);
  if (token !== null) printNote(`Token, until it ends: ${token}`);
  if (json) printJson({ address, model: name });
  else process.stdout.write(`${address}\n`);
}

/** The token of the environment, or null for a new one; throws CliError for one that is none. */
function givenToken(): string | null {
  const token = process.env['HEARTH_SERVER_TOKEN'] ?? '';
  if (token === '') return null;
  if (/^[\x21-\x7e]+$/.test(token) && token.length >= leastToken) return token;
  throw new CliError(
    'usage',
    `HEARTH_SERVER_TOKEN must have at least ${leastToken} characters of ASCII without blanks: give another, or none for a new one.`,
  );
}
