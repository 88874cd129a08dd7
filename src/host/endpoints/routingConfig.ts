import * as v from 'valibot';
import { DenyList } from '../../core/endpoints/consent.ts';
import { isFolderGlob, localRoute, type RouteRule } from '../../core/endpoints/routing.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';

/** What the setting of rules says: those that can be used, and one sentence for each that can't. */
export interface RulesRead {
  readonly rules: readonly RouteRule[];
  readonly problems: readonly string[];
}

const texts = (what: string) =>
  v.optional(v.array(v.pipe(v.string(what), v.trim(), v.nonEmpty(what)), what), []);
const when = 'one of "always", "hard"';

/** The messages go on from "must be". */
const ruleSchema = v.strictObject({
  endpoint: v.pipe(v.string('the name of an endpoint'), v.trim(), v.nonEmpty('the name of an endpoint')),
  languages: texts('a list of language ids'),
  folders: texts('a list of globs of paths'),
  when: v.picklist(['always', 'hard'], when),
});

/** Reads the setting `hearth.routing.rules`. A rule that can't be used is left out; the others hold. */
export function readRules(value: unknown, endpoints: readonly Pick<Endpoint, 'name'>[]): RulesRead {
  if (!Array.isArray(value)) {
    return { rules: [], problems: ['The setting hearth.routing.rules must be a list in brackets.'] };
  }
  const rules: RouteRule[] = [];
  const problems: string[] = [];
  for (const [index, entry] of value.entries()) {
    const read = readRule(entry, endpoints);
    if (typeof read !== 'string') rules.push(read);
    else problems.push(`Rule ${index + 1} of hearth.routing.rules is left out: ${read}.`);
  }
  return { rules, problems };
}

function readRule(value: unknown, endpoints: readonly Pick<Endpoint, 'name'>[]): RouteRule | string {
  const parsed = v.safeParse(ruleSchema, value, { abortEarly: true });
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const field = v.getDotPath(issue)?.replace(/\.\d+$/, '') ?? null;
    if (field === null) return 'it must be a group of fields in braces';
    if (!(field in ruleSchema.entries)) return `it has an unknown field "${field.slice(0, 60)}"`;
    const missing = issue.input === undefined || issue.received === 'undefined';
    return missing ? `it has no "${field}"` : `its "${field}" must be ${issue.message}`;
  }
  const { endpoint, folders } = parsed.output;
  if (endpoint === localRoute) return 'the model on this machine needs no rule';
  const unreadable = folders.find((glob) => !isFolderGlob(glob));
  if (unreadable !== undefined)
    return `the glob "${unreadable.slice(0, 60)}" of its "folders" can't be read, so write it with *, ** and ? only`;
  return endpoints.some(({ name }) => name === endpoint)
    ? parsed.output
    : `there is no endpoint "${endpoint.slice(0, 60)}" that can be used`;
}

/** What may never be sent, and one sentence for each glob that can't be read. */
export interface DeniedRead {
  readonly globs: readonly string[];
  readonly problems: readonly string[];
}

/** The values of `hearth.routing.deny`, from whoever may give one; undefined where they give none. */
export interface DeniedValues {
  readonly defaults: readonly string[];
  /** Takes the place of the defaults. */
  readonly users: unknown;
  /** The workspace's and its folders': they add, and can take none away. */
  readonly added: readonly unknown[];
}

/** All that may never be sent. Where the user's own value can't be used, the defaults hold beside what can be read of it. */
export function joinDenied({ defaults, users, added }: DeniedValues): DeniedRead {
  const problems: string[] = [];
  const take = (value: unknown): readonly string[] | null => {
    if (Array.isArray(value) && value.every((glob) => typeof glob === 'string')) return value;
    problems.push('The setting hearth.routing.deny must be a list of globs in brackets.');
    return null;
  };
  const own = users === undefined ? defaults : (take(users) ?? [...defaults, ...stringsIn(users)]);
  const more = added.flatMap((value) => (value === undefined ? [] : (take(value) ?? stringsIn(value))));
  const all = [...new Set([...own, ...more].map((glob) => glob.trim()).filter((glob) => glob !== ''))];
  for (const glob of new DenyList(all).unreadable)
    problems.push(
      `The glob "${glob}" of hearth.routing.deny can't be read: write it as a path in the workspace, with *, ** and ? only.`,
    );
  return { globs: all, problems: [...new Set(problems)] };
}

function stringsIn(value: unknown): string[] {
  return (Array.isArray(value) ? value : [value]).filter((glob) => typeof glob === 'string');
}
