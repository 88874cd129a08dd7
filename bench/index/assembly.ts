import path from 'node:path';
import { readFileSync } from 'node:fs';
import type { RepositoryIndex } from '../../src/core/index/repositoryIndex.ts';
import { cutWindow, windowLimits } from '../../src/core/text/window.ts';
import { WorkspaceContext, type ContextDocument } from '../../src/workspace/context.ts';
import type { Parsers } from '../../src/workspace/parsers.ts';
import { Syntax } from '../../src/workspace/syntax.ts';
import { TokenCounts } from '../../src/workspace/tokenCounts.ts';
import type { WorkspaceIndex } from '../../src/workspace/workspaceIndex.ts';
import { mulberry32 } from '../traceMaker.ts';
import { leastTimes } from './clock.ts';

/** What choosing context costs at each of some positions, in milliseconds, and entries of postings that it read. */
export interface AssemblyCost {
  readonly anew: readonly number[];
  /** Asked again, when nothing changed. */
  readonly again: readonly number[];
  readonly entries: readonly number[];
  readonly segments: number;
}

/** Times that each position is asked for; the least counts. */
const times = 3;
/** The window of the model that the command line assumes. */
const contextTokens = 4096;

/** Chooses context at `count` positions in files of an index that is ready, each as if it were the first. */
export async function assemblyCost(
  workspace: WorkspaceIndex,
  folder: string,
  parsers: Parsers,
  count: number,
): Promise<AssemblyCost> {
  const index = workspace.folder(folder)?.index;
  if (index === undefined) throw new Error(`${folder} is not indexed.`);
  const counts = new TokenCounts(() => Promise.resolve(null));
  const context = new WorkspaceContext(workspace, counts, () => null);
  const syntax = new Syntax(parsers);
  const limits = windowLimits(contextTokens);
  const anew: number[] = [];
  const again: number[] = [];
  const entries: number[] = [];
  let segments = 0;
  for (const { document, offset } of positions(index, folder, count)) {
    const version = { ...document, version: 1 };
    context.learn(document, await syntax.facts(version));
    const cut = cutWindow(document.text, offset, limits);
    const window = { ...cut, anchors: await syntax.anchors(version, cut) };
    const [first = 0, second = 0] = await leastTimes(times, async (step) => {
      context.renew(document.document);
      const before = index.reads;
      const chosen = await step(() => context.segments(document, window, limits));
      entries[anew.length] = index.reads - before;
      const repeated = await step(() => context.segments(document, window, limits));
      if (JSON.stringify(chosen) !== JSON.stringify(repeated))
        throw new Error(`Asked again, ${document.document} has other context, though nothing changed.`);
      segments = anew.length === 0 ? chosen.length : segments + chosen.length;
    });
    anew.push(first);
    again.push(second);
    context.closed(document);
    syntax.drop(document.document);
  }
  syntax.dispose();
  return { anew, again, entries, segments };
}

interface Position {
  readonly document: ContextDocument;
  readonly offset: number;
}

/** Line starts inside of files, by chance but the same for the same files. */
function positions(index: RepositoryIndex, folder: string, count: number): Position[] {
  const random = mulberry32(count);
  const files = index.files();
  return Array.from({ length: count }, () => {
    const file = files[Math.floor(random() * files.length)]?.path ?? '';
    const text = readFileSync(path.join(folder, file), 'utf8');
    const near = text.lastIndexOf('\n', Math.floor(random() * text.length)) + 1;
    const offset = near + (/^[\t ]*/.exec(text.slice(near, near + 200))?.[0].length ?? 0);
    const languageId = file.slice(file.lastIndexOf('.') + 1);
    return { document: { document: `file:${file}`, languageId, folder, path: file, text }, offset };
  });
}
