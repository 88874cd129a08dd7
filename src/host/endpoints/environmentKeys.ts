import type { EndpointKeys } from '../../core/endpoints/ports.ts';

/** The environment variable that has the key of an endpoint of this name, for the command line. */
export function keyVariable(name: string): string {
  return `HEARTH_KEY_${name
    .trim()
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '_')}`;
}

/**
 * Keys from the environment, which whoever starts the command line gives. They are not bound to an address: the file of
 * endpoints and the environment come from the same hand.
 */
export function environmentKeys(environment: Readonly<Record<string, string | undefined>>): EndpointKeys {
  return {
    get: ({ name }) => {
      const key = environment[keyVariable(name)]?.trim() ?? '';
      return Promise.resolve(key === '' ? null : key);
    },
  };
}

/** Why a text is no key, as the end of a sentence that begins with "the key"; null for one that can be sent. Never repeats it. */
export function keyProblem(key: string): string | null {
  const trimmed = key.trim();
  if (trimmed === '') return 'is empty';
  if (/[^\x21-\x7e]/.test(trimmed)) {
    return 'has blanks, line ends or letters that no key has: copy it again';
  }
  return trimmed.length > 4096 ? 'is longer than any key: copy it again' : null;
}
