import * as v from 'valibot';
import { localRoute } from '../../core/endpoints/routing.ts';
import { endpointApis, endpointRoles, type Endpoint } from '../../core/endpoints/types.ts';
import { readJsonc } from '../jsoncText.ts';
import { classOf, readAddress } from './address.ts';
import { keyVariable } from './environmentKeys.ts';

/** What a list of endpoints says: those that can be used, and one sentence for each that can't. */
export interface EndpointsRead {
  readonly endpoints: readonly Endpoint[];
  readonly problems: readonly string[];
}

const apis = ['auto', ...endpointApis] as const;
const quoted = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ');
const contextRange = 'a whole number from 256 to 10,000,000';
const dollars = v.pipe(
  v.number('a number of US dollars'),
  v.finite('a number of US dollars'),
  v.minValue(0, 'at least 0'),
);
const minutes = 'a number of minutes from 0 to 10,080';
const oneLine = 'a text of one line';
const noControls = (text: string): boolean => !/\p{Cc}/u.test(text);

/** The fields of an entry; the messages go on from "must be". */
const entrySchema = v.object({
  name: v.pipe(
    v.string('a text'),
    v.trim(),
    v.nonEmpty('a text that is not empty'),
    v.maxLength(60, 'at most 60 characters long'),
    v.check(noControls, oneLine),
  ),
  address: v.string('a text'),
  api: v.optional(v.picklist(apis, `one of ${quoted(apis)}`), 'auto'),
  model: v.optional(v.pipe(v.string('a text'), v.trim(), v.check(noControls, oneLine)), ''),
  // Whoever says nothing is asked by a click only.
  roles: v.optional(
    v.array(
      v.picklist(endpointRoles, `a list of some of ${quoted(endpointRoles)}`),
      `a list of some of ${quoted(endpointRoles)}`,
    ),
    ['hard'],
  ),
  contextTokens: v.optional(
    v.pipe(
      v.number(contextRange),
      v.integer(contextRange),
      v.minValue(256, contextRange),
      v.maxValue(10_000_000, contextRange),
    ),
  ),
  price: v.optional(
    v.strictObject({ input: dollars, output: dollars }, 'the two numbers "input" and "output"'),
  ),
  keepAliveMinutes: v.optional(
    v.pipe(v.number(minutes), v.minValue(0, minutes), v.maxValue(10_080, minutes)),
  ),
  network: v.optional(v.literal('own', '"own", or left out')),
});

/** An entry of the setting as it is written there. */
export type EndpointEntry = v.InferInput<typeof entrySchema>;

/** A name that looks as if a key were its value. */
const keyLike =
  /^(x-)?(api|auth|access|bearer|secret)?[-_ ]?(keys?|tokens?|secret|password|credentials?|authorization|headers?)$/i;

/** Who tells where keys belong. */
type Place = 'settings' | 'file';

/** Reads the setting `hearth.endpoints`. An entry that can't be used is left out; the others work. */
export function readEndpoints(value: unknown): EndpointsRead {
  return read(value, 'settings');
}

/**
 * Reads a file of endpoints for the command line: the setting's value as JSON, comments allowed, alone or as
 * `"hearth.endpoints"` in braces.
 */
export function parseEndpointsFile(text: string): EndpointsRead {
  const said = readJsonc(text);
  if ('line' in said) {
    const where = said.line === null ? ' that could be read' : `: look at line ${said.line}`;
    return { endpoints: [], problems: [`The file of endpoints is no JSON${where}.`] };
  }
  const { value } = said;
  return read(isGroup(value) && 'hearth.endpoints' in value ? value['hearth.endpoints'] : value, 'file');
}

function read(value: unknown, place: Place): EndpointsRead {
  if (!Array.isArray(value)) {
    const where = place === 'settings' ? 'The setting hearth.endpoints' : 'The file of endpoints';
    return { endpoints: [], problems: [`${where} must have a list in brackets, with an entry for each.`] };
  }
  const endpoints: Endpoint[] = [];
  const problems: string[] = [];
  for (const [index, entry] of value.entries()) {
    const read = readEntry(entry, endpoints, place);
    if (typeof read !== 'string') endpoints.push(read);
    else problems.push(`Endpoint ${label(entry, index)} is left out: ${read}.`);
  }
  return { endpoints, problems };
}

/** The endpoint, or the end of a sentence on why it is left out. */
function readEntry(value: unknown, others: readonly Endpoint[], place: Place): Endpoint | string {
  if (!isGroup(value)) return 'it must be a group of fields in braces';
  const unknown = Object.keys(value).find((field) => !(field in entrySchema.entries));
  if (unknown !== undefined && keyLike.test(unknown)) {
    const home =
      place === 'settings'
        ? 'the editor\'s secret storage: take it out here, and run "Hearth: Set Key of Endpoint…"'
        : `the environment variable ${keyVariable(typeof value['name'] === 'string' ? value['name'] : 'NAME')}: take it out here`;
    return `it has a field "${unknown}", but keys belong in ${home}`;
  }
  if (unknown !== undefined) return `it has an unknown field "${unknown.slice(0, 60)}"`;
  const missing = (['name', 'address'] as const).find((field) => value[field] === undefined);
  if (missing !== undefined) return `it has no "${missing}"`;
  const parsed = v.safeParse(entrySchema, value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return `its "${v.getDotPath(issue)?.replace(/\.\d+$/, '') ?? ''}" must be ${issue.message}`;
  }
  return endpointOf(parsed.output, others, place);
}

function endpointOf(
  entry: v.InferOutput<typeof entrySchema>,
  others: readonly Endpoint[],
  place: Place,
): Endpoint | string {
  const { name, network, contextTokens = null, price = null, keepAliveMinutes = null } = entry;
  const taken = nameProblem(name, others, place);
  if (taken !== null) return taken;
  const read = readAddress(entry.address);
  if ('problem' in read) return `its address ${read.problem}`;
  const where = classOf(read.address, network === 'own');
  if (where === 'cloud' && read.address.startsWith('http:')) {
    return (
      'its address is plain http, where everyone on the way can read code and key: ' +
      'use https, or "network": "own" if the server is in your own network'
    );
  }
  return {
    ...{ name, address: read.address, api: entry.api, model: entry.model, roles: [...new Set(entry.roles)] },
    ...{ class: where, contextTokens, price, keepAliveMinutes },
  };
}

/** Why a name can't be given to one more endpoint, as the end of a sentence; null where it can. */
export function nameProblem(
  name: string,
  others: readonly Pick<Endpoint, 'name'>[],
  place: Place = 'settings',
): string | null {
  const plain = name.trim().toLowerCase();
  if (plain === localRoute) return '"local" is the name of the model on this machine: choose another';
  if (others.some((other) => other.name.toLowerCase() === plain)) {
    return 'another one has the same name: choose another';
  }
  const alike =
    place === 'file' && others.find((other) => keyVariable(other.name) === keyVariable(name))?.name;
  return typeof alike === 'string'
    ? `its key would stand in the same variable ${keyVariable(name)} as that of "${alike}": choose another name`
    : null;
}

function label(entry: unknown, index: number): string {
  const name = isGroup(entry) && typeof entry['name'] === 'string' ? entry['name'].trim() : '';
  const plain = name.replace(/\s+/g, ' ').slice(0, 60);
  return plain === '' ? `number ${index + 1}` : `"${plain}"`;
}

function isGroup(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
