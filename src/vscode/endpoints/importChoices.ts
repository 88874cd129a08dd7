import type { EndpointEntry } from '../../host/endpoints/endpointConfig.ts';
import { rolesText } from '../../host/endpoints/endpointText.ts';
import { sourceNames, type ImportProposal } from '../../host/imports/types.ts';

/** Something that can be taken. */
export type Takeable = ImportProposal & { readonly endpoint: EndpointEntry };

/** What of a set-up can be taken. */
export function takeable(proposals: readonly ImportProposal[]): readonly Takeable[] {
  return proposals.filter(
    (proposal): proposal is Takeable => proposal.endpoint !== undefined && proposal.problem === null,
  );
}

/** An entry of the list to pick from. */
export function importChoice({ source, from, what, endpoint, note, keyHint }: Takeable): {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
} {
  const { name, roles = [] } = endpoint;
  const sentences = [`For ${rolesText(roles)}.`, note, keyHint ?? ''].filter((text) => text !== '');
  return {
    label: name.replaceAll('$(', '$ ('),
    description: `${what}, from ${sourceNames[source]}${from === '' ? '' : ` (${from})`}`,
    detail: sentences.join(' '),
  };
}

/** What is not taken and why, a line each. */
export function leftLines(proposals: readonly ImportProposal[]): readonly string[] {
  return proposals.flatMap(({ source, what, problem }) =>
    problem === null ? [] : [`${sourceNames[source]}, ${what}: ${problem}`],
  );
}

/** What is about to be written, for whoever agrees to it. */
export function importDetail(chosen: readonly Takeable[], left: readonly string[]): string {
  const written = chosen.map(
    ({ endpoint: { name, address, model = '', roles = [] } }) =>
      `${name}: ${address}${model === '' ? '' : `, ${model}`}, for ${rolesText(roles)}`,
  );
  const rest = left.length === 0 ? [] : ['', 'Not taken:', ...left];
  return ['They are added to hearth.endpoints. No server is asked.', '', ...written, ...rest].join('\n');
}
