import { modelRoles, type ModelRole } from '../../core/models/roles.ts';
import type { ModelRow, Proposal } from '../../host/models/modelRows.ts';
import { fitTexts, sizeText, speedText } from '../../host/models/rowText.ts';
import { rowLabel } from './rowText.ts';

/** What picking an entry does. */
export type ChoiceAction =
  | { readonly kind: 'use'; readonly key: string; readonly roles: readonly ModelRole[] }
  | { readonly kind: 'browse' }
  | { readonly kind: 'import' }
  | { readonly kind: 'address' };

/** An entry of the list of proposals; one without an action is a heading. */
export interface Choice {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly action: ChoiceAction | null;
}

/** The proposals as a list: for each role the best first and then what else there is, and the ways to others. */
export function choices(proposals: readonly Proposal[], rows: readonly ModelRow[]): Choice[] {
  const byKey = new Map(rows.map((row) => [row.key, row]));
  return [
    ...merged(proposals).flatMap((proposal) => proposed(proposal, byKey)),
    { label: 'Others', action: null },
    { label: '$(list-tree) Browse All Models…', action: { kind: 'browse' } },
    {
      label: '$(folder-opened) Import a File…',
      detail: 'A GGUF file that is on this machine already',
      action: { kind: 'import' },
    },
    {
      label: '$(link) Download from an Address…',
      detail: 'A GGUF file, or a Hugging Face repository',
      action: { kind: 'address' },
    },
  ];
}

/** What picking an entry does to get at the model. */
export function fetchText(row: ModelRow): string {
  const size = sizeText(row);
  return `Download ${[size, row.host && `from ${row.host}`].filter((part) => part !== null).join(' ')}`.trim();
}

/** What a model may be used for, as a list to pick from; empty where it can be used for nothing. */
export function useChoices(row: ModelRow): { label: string; roles: readonly ModelRole[] }[] {
  if (!row.installed || row.problem !== null) return [];
  const single = modelRoles
    .filter((role) => row.roles.includes(role))
    .map((role) => ({ label: `Use for ${capital(role)}`, roles: [role] }));
  if (single.length < 2) return single;
  return [{ label: 'Use for Both', roles: [...modelRoles] }, ...single];
}

interface Merged extends Omit<Proposal, 'role'> {
  readonly roles: readonly ModelRole[];
}

/** One model that is the best for both roles is proposed once: it is loaded once, too. */
function merged(proposals: readonly Proposal[]): Merged[] {
  const found: Merged[] = [];
  for (const { role, ...proposal } of proposals) {
    const at = found.findIndex(({ key }) => key !== null && key === proposal.key);
    const same = found[at];
    if (same === undefined) {
      found.push({ ...proposal, roles: [role] });
      continue;
    }
    const others = proposal.alternatives.filter(
      ({ key }) => !same.alternatives.some((known) => known.key === key),
    );
    found[at] = {
      key: same.key,
      why: [...new Set([...same.why, ...proposal.why])],
      alternatives: [...same.alternatives, ...others],
      roles: [...same.roles, role],
    };
  }
  return found;
}

function proposed({ key, why, alternatives, roles }: Merged, rows: ReadonlyMap<string, ModelRow>): Choice[] {
  const best = key === null ? starterFor(roles, rows) : rows.get(key);
  const detail = why.join(' ');
  const others = alternatives.flatMap((alternative) => {
    const row = rows.get(alternative.key);
    return row === undefined ? [] : [choice(row, roles, alternative.why, false)];
  });
  const nothing: Choice = {
    label: `$(info) No Model for ${capital(roles.join(' and '))} Fits`,
    detail,
    action: { kind: 'browse' },
  };
  return [
    { label: capital(roles.join(' and ')), action: null },
    best === undefined ? nothing : choice(best, roles, detail, true),
    ...others,
  ];
}

/** Where nothing else fits, code is completed by what ships with Hearth. */
function starterFor(roles: readonly ModelRole[], rows: ReadonlyMap<string, ModelRow>): ModelRow | undefined {
  if (!roles.includes('completion')) return undefined;
  return [...rows.values()].find(({ source }) => source === 'starter');
}

function choice(row: ModelRow, roles: readonly ModelRole[], detail: string, best: boolean): Choice {
  const wanted = roles.filter((role) => row.roles.includes(role));
  const used = wanted.length > 0 && wanted.every((role) => row.inUse.includes(role));
  const icon = row.installed ? (used ? 'check' : best ? 'star-full' : 'package') : 'cloud-download';
  const state = used ? ['in use'] : row.installed ? ['installed'] : [];
  const facts = [...state, row.fit && fitTexts[row.fit.verdict], speedText(row.speed)];
  return {
    label: `$(${icon}) ${plain(rowLabel(row))}`,
    description: facts.filter((fact) => fact !== null).join(' · '),
    // First, since what is too long is cut at its end: a pick is the consent to this.
    detail: row.installed ? detail : `${fetchText(row)}. ${detail}`,
    action: { kind: 'use', key: row.key, roles: wanted },
  };
}

/** Labels of a list show icons; a name is to show none. */
function plain(name: string): string {
  return name.replaceAll('$(', '$ (');
}

function capital(text: string): string {
  return text.replace(/^./, (first) => first.toUpperCase());
}
