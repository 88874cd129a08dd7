import type { EndpointApi, EndpointRole } from '../../core/endpoints/types.ts';
import { localRoute } from '../../core/endpoints/routing.ts';
import { classOf, hostOf, readAddress } from '../endpoints/address.ts';
import { readEndpoints, type EndpointEntry } from '../endpoints/endpointConfig.ts';
import { sourceNames, type ImportProposal, type ImportSource } from './types.ts';

/** A server as another program has it. */
export interface FoundServer {
  readonly source: ImportSource;
  readonly from: string;
  readonly name: string;
  /** As it was written; a base address, with or without what follows it. */
  readonly address: string;
  readonly api: EndpointApi | 'auto';
  readonly model: string;
  readonly roles: readonly EndpointRole[];
  readonly contextTokens?: number | null;
  readonly keepAliveMinutes?: number | null;
  readonly note?: string;
  readonly keyHint?: string | null;
}

/** A proposal that can't be taken. */
export function untaken(source: ImportSource, from: string, what: string, problem: string): ImportProposal {
  return { source, from, what, note: '', keyHint: null, problem };
}

/**
 * What Hearth would take of a server. Local and own servers keep their roles; a service in the cloud is offered for hard
 * questions alone, since no import may make code leave this machine where it stayed before it was asked for.
 */
export function serverProposal(found: FoundServer): ImportProposal {
  const { source, from, name, api, model } = found;
  const label = model === '' ? name : model;
  const read = readAddress(anyAddressAsLoopback(found.address));
  if ('problem' in read) return untaken(source, from, label, `Its address ${read.problem}.`);
  const { address } = read;
  const what = `${label} at ${hostOf(address)}`;
  const where = classOf(address, false);
  const isCloud = where === 'cloud';
  if (isCloud && found.roles.every((role) => role === 'completion')) {
    const why =
      'It completes code at a service, which would get your code at every pause: Hearth completes with a model of this machine or your network.';
    return untaken(source, from, what, why);
  }
  const endpoint: EndpointEntry = {
    name: usableName(name, source),
    address,
    ...(api === 'auto' ? {} : { api }),
    ...(model === '' ? {} : { model: oneLine(model) }),
    roles: isCloud ? ['hard'] : [...found.roles],
    ...fitting('contextTokens', found.contextTokens, 256, 10_000_000),
    ...fitting('keepAliveMinutes', found.keepAliveMinutes, 0, 10_080),
  };
  // The setting's own reader has the last word.
  const [problem] = readEndpoints([endpoint]).problems;
  if (problem !== undefined) return untaken(source, from, what, sentence(problem));
  const notes = [
    found.note ?? '',
    isCloud
      ? 'It is offered for hard questions, which you send by a click; the local model answers the others.'
      : '',
  ];
  return {
    source,
    from,
    what,
    endpoint,
    note: notes.filter((one) => one !== '').join(' '),
    keyHint: found.keyHint ?? null,
    problem: null,
  };
}

/** What a server is told to listen at, all its addresses, is no address to ask: asked from here, it is loopback. */
function anyAddressAsLoopback(address: string): string {
  return address.trim().replace(/^(https?:\/\/)(?:0\.0\.0\.0|\[::\])(?=[:/]|$)/i, '$1127.0.0.1');
}

/** `local` is the local model's name. */
function usableName(name: string, source: ImportSource): string {
  const line = oneLine(name).slice(0, 60).trim();
  if (line === '') return sourceNames[source];
  return line.toLowerCase() === localRoute ? `${line} (${sourceNames[source]})` : line;
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').trim();
}

function fitting<Name extends string>(
  name: Name,
  value: number | null | undefined,
  least: number,
  most: number,
): Partial<Record<Name, number>> {
  if (value === null || value === undefined || !Number.isInteger(value) || value < least || value > most)
    return {};
  return { [name]: value } as Record<Name, number>;
}

/** `Endpoint "x" is left out: why.` as `Why.`, for what is named already. */
function sentence(problem: string): string {
  const why = problem.replace(/^.*? is left out: /, '');
  return why.slice(0, 1).toUpperCase() + why.slice(1);
}

/** Sentence on a key that was found in a file, or is named there. */
export function keyHintFor(key: unknown, from: string): string | null {
  if (typeof key !== 'string' || key.trim() === '') return null;
  const named = /^\$\{\{\s{0,9}(?:secrets|inputs)\.([\w.-]{1,80})\s{0,9}\}\}$/.exec(key.trim());
  if (named !== null)
    return `Its key is the secret ${named[1] ?? ''} of Continue, which is not read: type it when Hearth asks for it.`;
  return `Its key stands in ${from === '' ? 'the settings' : from} and is not copied: type it when Hearth asks for it, and take it out there.`;
}

/**
 * Proposals of one server and model made one, with the roles of all; names made different; those that the user has
 * already, by address and model, said to be so.
 */
export function settled(
  proposals: readonly ImportProposal[],
  existing: readonly Pick<EndpointEntry, 'name' | 'address' | 'model'>[] = [],
): ImportProposal[] {
  const merged: ImportProposal[] = [];
  for (const proposal of proposals) {
    const { endpoint } = proposal;
    const at = merged.findIndex(
      (one) => endpoint !== undefined && one.endpoint !== undefined && sameServer(one.endpoint, endpoint),
    );
    const first = merged[at];
    if (endpoint === undefined || first?.endpoint === undefined) merged.push(proposal);
    else merged[at] = joined(first, first.endpoint, endpoint, proposal);
  }
  const names = new Set(existing.map(({ name }) => name.trim().toLowerCase()));
  return merged.map((proposal) => {
    const { endpoint, source, from, what } = proposal;
    if (endpoint === undefined) return proposal;
    // An entry without a model stands for whatever Ollama has.
    const any = source === 'ollama' ? { ...endpoint, model: '' } : endpoint;
    if (existing.some((one) => sameServer(one, endpoint) || sameServer(one, any))) {
      return untaken(source, from, what, 'It is among your endpoints already.');
    }
    const name = freeName(endpoint.name, names);
    names.add(name.toLowerCase());
    return { ...proposal, endpoint: { ...endpoint, name } };
  });
}

type Server = Pick<EndpointEntry, 'address' | 'model'>;

function sameServer(a: Server, b: Server): boolean {
  return baseOf(a.address) === baseOf(b.address) && (a.model ?? '') === (b.model ?? '');
}

function baseOf(address: string): string {
  const read = readAddress(address);
  return 'problem' in read ? address : read.address.replace('//localhost', '//127.0.0.1');
}

function joined(
  first: ImportProposal,
  a: EndpointEntry,
  b: EndpointEntry,
  other: ImportProposal,
): ImportProposal {
  const roles = [...new Set([...(a.roles ?? []), ...(b.roles ?? [])])];
  const note =
    other.note === first.note ? first.note : [first.note, other.note].filter((one) => one !== '').join(' ');
  return { ...first, endpoint: { ...b, ...a, roles }, note, keyHint: first.keyHint ?? other.keyHint };
}

/** A name that none has yet. */
function freeName(base: string, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base.slice(0, 54)} (${number})`;
    if (!taken.has(name.toLowerCase())) return name;
  }
}
