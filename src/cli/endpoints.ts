import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import type { AskConsent, ConsentAnswer } from '../core/endpoints/outgoing.ts';
import { outgoingPage } from '../core/endpoints/outgoingPage.ts';
import { localRoute } from '../core/endpoints/routing.ts';
import { sentenceOf } from '../core/text/sentence.ts';
import { parseEndpointsFile } from '../host/endpoints/endpointConfig.ts';
import { environmentKeys } from '../host/endpoints/environmentKeys.ts';
import { OutgoingGate } from '../host/endpoints/gate.ts';
import { Endpoints } from '../host/endpoints/registry.ts';
import { endpointRoutes, type Routes } from '../host/endpoints/routes.ts';
import { createRedactor } from '../host/redaction/redactor.ts';
import { createEndpointClient } from '../remote/endpoints/client.ts';
import { openEgress } from './egress.ts';
import type { EndpointOptions } from './endpointArguments.ts';
import { CliError, printNote } from './output.ts';
import { plainDocument } from './modelsText.ts';

export interface OpenEndpoints extends EndpointOptions {
  readonly workspace: string;
  readonly stateFolder: string;
  readonly offline: boolean;
}

/** The endpoints of `--endpoints`, and the routes to them; null without one. Throws CliError for a file that is no use. */
export async function openRoutes(options: OpenEndpoints): Promise<Routes | null> {
  const { endpoints: file, route, deny, offline, stateFolder, workspace } = options;
  if (file === null) return null;
  const { endpoints, problems } = parseEndpointsFile(await fileText(file));
  for (const problem of problems) printNote(problem);
  if (route !== null && route !== localRoute && !endpoints.some(({ name }) => name === route)) {
    const names = endpoints.map(({ name }) => JSON.stringify(name)).join(', ');
    const has = endpoints.length === 0 ? 'it has none that can be used' : `it has ${names}`;
    throw new CliError('usage', `${file} has no endpoint ${JSON.stringify(route)}: ${has}.`);
  }
  const egress = openEgress({ offline, stateFolder, workspace: pathToFileURL(workspace).href });
  const keys = environmentKeys(process.env);
  const registry = new Endpoints((endpoint) => createEndpointClient(endpoint, { egress, keys }));
  registry.set(endpoints);
  const gate = new OutgoingGate({
    redactor: createRedactor({ emails: true }),
    // Nothing is remembered: each run is asked anew, or says so itself.
    consents: { get: () => null, set: () => Promise.resolve() },
    ask: options.send ? () => Promise.resolve('once') : askInTerminal,
    // The command line knows no trust: it works where it is told to.
    trusted: () => true,
    deny: () => deny,
  });
  return endpointRoutes({
    endpoints: () => registry.list,
    client: (endpoint) => registry.client(endpoint),
    rules: () => [],
    deny: () => deny,
    gate,
  });
}

async function fileText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CliError('usage', `The file of endpoints can't be read: ${sentenceOf(error)}`);
  }
}

/** Shows what would be sent, and asks; without a terminal nobody can agree. */
const askInTerminal: AskConsent = async (outgoing, signal): Promise<ConsentAnswer> => {
  const { stdin: input, stderr: output } = process;
  if (!input.isTTY || !output.isTTY) {
    printNote(
      `Nothing is sent to ${outgoing.endpoint.name} unseen: run this in a terminal to see and agree, or add --send.`,
    );
    return 'cancelled';
  }
  output.write(plainDocument(outgoingPage(outgoing).text));
  const terminal = createInterface({ input, output });
  try {
    const answer = await terminal.question(`Send this to ${outgoing.endpoint.name}? [y/N] `, { signal });
    return /^\s*y(es)?\s*$/i.test(answer) ? 'once' : 'cancelled';
  } catch {
    return 'cancelled';
  } finally {
    terminal.close();
  }
};
