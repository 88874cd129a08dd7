import { execFile } from 'node:child_process';
import { leftOutLine, leftOutLines } from '../host/chat/leftOut.ts';

/** More is cut from every prompt anyway. */
const mostBytes = 16_000_000;
/** Files that git is asked for at once: their names have to fit on a command line. */
const filesAtOnce = 200;

/**
 * What was changed in a folder and is not committed, or what is staged of it, as a unified diff with paths relative to
 * the folder; '' for nothing. `whyNot` says why a file (a path below the folder) is not to be read, null where it is:
 * these are named only. Rejects with a sentence.
 */
export async function gitDiff(
  folder: string,
  staged: boolean,
  whyNot: (file: string) => Promise<string | null>,
): Promise<string> {
  const options = await withoutFilters(folder);
  const diff = (which: readonly string[]): Promise<string> =>
    git(folder, [...options, '--no-pager', 'diff', ...plain, ...which]);
  const parts = staged ? [['--cached']] : [['--cached'], []];
  const diffs = await Promise.all(parts.map((which) => diffOf(which, diff, whyNot)));
  return diffs.join('');
}

/** Without colours and the programs that a repository's configuration may name. */
const plain = ['--no-color', '--no-ext-diff', '--no-textconv', '--no-renames', '--relative'];

async function diffOf(
  which: readonly string[],
  diff: (more: readonly string[]) => Promise<string>,
  whyNot: (file: string) => Promise<string | null>,
): Promise<string> {
  const names = (await diff([...which, '--name-only', '-z'])).split('\0').filter(Boolean);
  const reasons = await Promise.all(names.map(whyNot));
  const given = names.filter((_, index) => reasons[index] === null);
  const leftOut = names.flatMap((name, index) => {
    const reason = reasons[index] ?? null;
    return reason === null ? [] : [leftOutLine(name, reason)];
  });
  let text = '';
  for (let at = 0; at < given.length; at += filesAtOnce) {
    const files = given.slice(at, at + filesAtOnce).map((name) => `:(literal)${name}`);
    text += await diff([...which, '--', ...files]);
    if (text.length > mostBytes) throw new Error(`The changes can't be read: ${tooLarge}`);
  }
  return `${text}${leftOutLines(leftOut)}`;
}

/** Options by which git runs none of the programs that a repository itself names to convert its files with. */
async function withoutFilters(folder: string): Promise<readonly string[]> {
  const found = await git(folder, [
    ...['config', '--null', '--includes', '--show-scope', '--name-only'],
    ...['--get-regexp', '^filter\\.'],
  ]).catch(() => '');
  const fields = found.split('\0');
  const own = fields.flatMap((name, index) =>
    ['local', 'worktree'].includes(fields[index - 1] ?? '') ? [name] : [],
  );
  const drivers = new Set(own.map((name) => name.slice(0, name.lastIndexOf('.'))));
  const none = [...drivers].flatMap((driver) =>
    ['clean=', 'smudge=', 'process=', 'required=false'].flatMap((value) => ['-c', `${driver}.${value}`]),
  );
  return ['-c', 'core.fsmonitor=false', '-c', 'core.quotepath=false', ...none];
}

/** Runs git; reading must not write the index. */
function git(folder: string, args: readonly string[]): Promise<string> {
  const options = {
    cwd: folder,
    maxBuffer: mostBytes,
    encoding: 'utf8',
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' },
  } as const;
  return new Promise((resolve, reject) => {
    execFile('git', args, options, (error, output, told) => {
      if (error === null) resolve(output);
      else reject(new Error(`The changes can't be read: ${reason(error, told, folder)}`));
    });
  });
}

const tooLarge = 'they are too large.';

function reason(error: Error & { code?: unknown }, told: string, folder: string): string {
  if (error.code === 'ENOENT') return 'git is not installed.';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return tooLarge;
  // Elsewhere git takes `diff` for one of two files, and knows nothing of what is staged.
  if (/not a git repository|diff --no-index/i.test(told)) return `${folder} is in no git repository.`;
  return told.trim().split('\n')[0] ?? error.message;
}
