import type { Endpoint, EndpointRole } from '../../core/endpoints/types.ts';

type Engine = Exclude<EndpointRole, 'hard'>;

/** What the engine of a role does; a word such as "still" fits before it. */
const duties: Readonly<Record<Engine, string>> = {
  chat: 'answers the chat',
  refactor: 'makes refactors',
  completion: 'completes code as you type',
};
const list = new Intl.ListFormat('en-GB');
const engineRoles: readonly Engine[] = ['chat', 'refactor', 'completion'];

/** What is said of an endpoint that was added behind others: what it does now, or how it is asked. */
export function addedSentence(
  { name, roles }: Pick<Endpoint, 'name' | 'roles'>,
  others: readonly Pick<Endpoint, 'name' | 'roles'>[],
): string {
  const own = engineRoles.filter((role) => roles.includes(role));
  const holders = new Map<string, Engine[]>();
  for (const role of own) {
    const holder = others.find((other) => other.roles.includes(role))?.name ?? name;
    holders.set(holder, [...(holders.get(holder) ?? []), role]);
  }
  const words = (some: readonly Engine[]): string => list.format(some.map((role) => duties[role]));
  const does = holders.get(name) ?? [];
  const still = [...holders].filter(([holder]) => holder !== name);
  const hard = roles.includes('hard');
  const how = "choose it beside the chat's box, or below an answer";
  if (own.length === 0) return `${name} was added for hard questions: ${how}.`;
  return [
    does.length === 0 ? `${name} was added.` : `${name} was added: it ${words(does)}.`,
    ...still.map(
      ([holder, some]) => `${holder} still ${words(some)}, since it stands before ${name} in the list.`,
    ),
    ...(hard ? [`For hard questions, ${how}.`] : []),
  ].join(' ');
}

/** Whether an endpoint can be asked in the chat, as its engine or by choice. */
export function canBeAsked({ roles }: Pick<Endpoint, 'roles'>): boolean {
  return roles.includes('chat') || roles.includes('hard');
}
