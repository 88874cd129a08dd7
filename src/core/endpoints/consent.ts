import { globPattern } from '../refactor/runner/glob.ts';
import { EndpointError } from './errors.ts';
import type { Endpoint } from './types.ts';

/** What was said for a workspace and an endpoint, its address included; null: nothing yet. */
export type StoredConsent = 'always' | 'never' | null;

export type ConsentNeed =
  | { readonly kind: 'granted' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'refused'; readonly message: string };

/** Whether something may be sent to an endpoint. What stays on this machine needs no consent. */
export function consentNeed(
  { name, class: where }: Pick<Endpoint, 'name' | 'class'>,
  { trusted, stored }: { readonly trusted: boolean; readonly stored: StoredConsent },
): ConsentNeed {
  if (where === 'local') return { kind: 'granted' };
  if (!trusted) {
    return refused(
      `Nothing is sent to ${name} from a workspace that is not trusted: trust it, or ask the local model.`,
    );
  }
  if (stored === 'never') {
    return refused(
      `You said that nothing of this workspace is ever sent to ${name}: "Hearth: Revoke Consents of This Workspace" takes that back.`,
    );
  }
  return { kind: stored === 'always' ? 'granted' : 'ask' };
}

function refused(message: string): ConsentNeed {
  return { kind: 'refused', message };
}

/**
 * What no glob of the list can mean: one taken out again, one from the home folder or from above the workspace. Taken as
 * they stand, they would keep nothing here.
 */
const meansElsewhere = /^!|^~[\w.-]*(?:\/|$)|(?:^|\/)\.\.(?:\/|$)/;
const absolutePath = /^(?:\/|[a-z]:\/)/;

/** Which paths are never sent anywhere, by globs. */
export class DenyList {
  readonly #patterns: readonly RegExp[];
  /** Globs that can't be read: nobody knows what they were to keep here. */
  readonly unreadable: readonly string[];

  /**
   * `**`, `*`, `?`, classes and braces. One without a slash stands for that name at any depth, and one that fits a folder
   * for all that is in it; letters' case does not matter, nor how they are composed.
   */
  constructor(globs: readonly string[]) {
    const read = globs
      .map((glob) => glob.trim())
      .filter((glob) => glob !== '')
      .map((glob) => ({ glob, patterns: patternsOf(glob) }));
    this.#patterns = read.flatMap(({ patterns }) => patterns ?? []);
    this.unreadable = read.flatMap(({ glob, patterns }) => (patterns === null ? [glob] : []));
  }

  /**
   * Whether a path or one of the folders that it lies in is denied. Where an absolute path lies in no workspace, a glob
   * may begin at each of its parts.
   */
  denies(path: string): boolean {
    if (this.#patterns.length === 0) return false;
    const whole = slashed(comparable(path));
    const parts = whole.split('/');
    // With several workspace folders, a path begins with its folder's name.
    const beginnings = absolutePath.test(whole) ? parts.length : 2;
    return Array.from({ length: beginnings }, (_, from) => parts.slice(from)).some((some) =>
      some.some((_, index) => {
        const until = some.slice(0, index + 1).join('/');
        return this.#patterns.some((pattern) => pattern.test(until));
      }),
    );
  }
}

/**
 * What a glob stands for; null where nobody can tell. A backslash stands between the parts of a path, as on Windows; it
 * may as well take the next sign for what it is, so that what that reading denies is denied too.
 */
function patternsOf(glob: string): readonly RegExp[] | null {
  const slashes = slashed(glob);
  const pattern = meansElsewhere.test(slashes) ? null : globPattern(comparable(anywhere(slashes)));
  if (pattern === null) return null;
  const signs = slashes === glob ? null : globPattern(comparable(anywhere(glob)));
  return signs === null ? [pattern] : [pattern, signs];
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}

/** As it is compared: systems write composed letters differently, and most take no notice of case. */
function comparable(path: string): string {
  return path.toLowerCase().normalize('NFC');
}

/** The last list that was read: at each key the same one is asked for, and reading its globs takes a while. */
let lastRead: { readonly globs: readonly string[]; readonly list: DenyList } | null = null;

/** The deny list of these globs; throws EndpointError `forbidden` for that endpoint where one of them can't be read. */
export function denyListFor(name: string, globs: readonly string[]): DenyList {
  if (lastRead?.globs !== globs) lastRead = { globs, list: new DenyList(globs) };
  const { list } = lastRead;
  const [broken] = list.unreadable;
  if (broken === undefined) return list;
  throw new EndpointError(
    'forbidden',
    `Nothing is sent to ${name}: the pattern ${JSON.stringify(broken)} of the deny list (hearth.routing.deny) can't be read, so nobody knows what it keeps here. Mend it.`,
  );
}

function anywhere(glob: string): string {
  const bare = glob.replace(/^\/+|\/+$/g, '').replace(/\/\*\*$/, '');
  return bare.includes('/') || glob.startsWith('/') ? bare : `**/${bare}`;
}
