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

/** Which paths are never sent anywhere, by globs. */
export class DenyList {
  readonly #patterns: readonly RegExp[];
  /** Globs that can't be read: nobody knows what they were to keep here. */
  readonly unreadable: readonly string[];

  /**
   * `**`, `*`, `?`, classes and braces. One without a slash stands for that name at any depth, and one that fits a folder
   * for all that is in it; letters' case does not matter.
   */
  constructor(globs: readonly string[]) {
    const read = globs
      .map((glob) => glob.trim())
      .filter((glob) => glob !== '')
      .map((glob) => ({ glob, pattern: globPattern(anywhere(glob).toLowerCase()) }));
    this.#patterns = read.flatMap(({ pattern }) => (pattern === null ? [] : [pattern]));
    this.unreadable = read.flatMap(({ glob, pattern }) => (pattern === null ? [glob] : []));
  }

  /** Whether a path (`/` between its parts) or one of the folders that it lies in is denied. */
  denies(path: string): boolean {
    if (this.#patterns.length === 0) return false;
    const parts = path.toLowerCase().split('/');
    // With several workspace folders, a path begins with its folder's name.
    return [parts, parts.slice(1)].some((some) =>
      some.some((_, index) => {
        const until = some.slice(0, index + 1).join('/');
        return this.#patterns.some((pattern) => pattern.test(until));
      }),
    );
  }
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
    `Nothing is sent to ${name}: the pattern ${JSON.stringify(broken)} of hearth.routing.deny can't be read, so nobody knows what it keeps here. Mend it.`,
  );
}

function anywhere(glob: string): string {
  const bare = glob.replace(/^\/+|\/+$/g, '').replace(/\/\*\*$/, '');
  return bare.includes('/') || glob.startsWith('/') ? bare : `**/${bare}`;
}
