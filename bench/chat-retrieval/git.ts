import { execFileSync } from 'node:child_process';

const mostBytes = 1 << 28;

/** Git could not do what it was asked for; the message says why, in its own words. */
export class GitFailure extends Error {
  override readonly name = 'GitFailure';
}

/** What git prints, read from a repository in a folder. It fetches nothing, not even in a partial clone, and writes nothing. */
export function git(folder: string, args: readonly string[], input = ''): Buffer {
  const settings = [
    'core.quotepath=false',
    'protocol.allow=never',
    'blame.ignoreRevsFile=',
    'diff.algorithm=myers',
  ];
  try {
    return execFileSync('git', ['-C', folder, ...settings.flatMap((one) => ['-c', one]), ...args], {
      input,
      maxBuffer: mostBytes,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
    });
  } catch (error) {
    throw new GitFailure(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
