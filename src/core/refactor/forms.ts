import type { ChatStopReason } from '../chat/types.ts';
import { parsed } from '../text/json.ts';
import type { Asking } from './asking.ts';
import {
  blockStart,
  fencedAnswer,
  fenceFor,
  middleMark,
  namesSchema,
  replaceMark,
  searchMark,
} from './envelope.ts';
import type { AnswerForm } from './kinds.ts';
import type { RefactorTarget } from './types.ts';

/** An answer with the envelope that we wrote around it. */
export interface FormedAnswer {
  readonly text: string;
  /** Why its last piece ended; `end` where it is whole. */
  readonly stopReason: ChatStopReason;
}

/** Where an answer belongs. */
export interface FormPlace {
  readonly target: RefactorTarget;
  /** The file that the answer makes, or changes first, where that is not the target's. */
  readonly path: string | null;
}

/** Blocks of one answer; one that has more is caught in a loop. */
const mostBlocks = 40;
/** Tokens of what may stand between two blocks: the path of a file. */
const betweenBlocks = 64;

/**
 * Has an answer written in its form. We write all that is not the model's to choose: the fences, the marks of the
 * blocks, the JSON around names. So a model can give wrong code, but nothing else. A model that can't be made to go on
 * from a given beginning writes all of it, as the prompt asks it to.
 */
export async function writeInForm(form: AnswerForm, place: FormPlace, asking: Asking): Promise<FormedAnswer> {
  if (!asking.prefills && form !== 'names') {
    const { text, stopReason } = await asking.piece({});
    return { text, stopReason };
  }
  switch (form) {
    case 'place':
      return writeFence(place.target, null, asking);
    case 'file':
      return writeFence(place.target, place.path, asking);
    case 'places':
      return writeBlocks(place.path ?? place.target.file.path, asking);
    case 'names': {
      const { text, stopReason } = await asking.piece({ schema: namesSchema });
      return { text, stopReason };
    }
  }
}

async function writeFence(
  target: RefactorTarget,
  title: string | null,
  asking: Asking,
): Promise<FormedAnswer> {
  const fence = fenceFor(target, title);
  const { text, stopReason } = await asking.piece({ answerStart: fence.start, stops: [fence.end] });
  // A model that says that it is done is done, whether it closed the fence or not.
  return { text: fencedAnswer(fence, text, stopReason === 'end'), stopReason };
}

/** Block after block, each part of it by itself; what is not whole says so to whoever reads it. */
async function writeBlocks(path: string, asking: Asking): Promise<FormedAnswer> {
  let all = blockStart(path);
  for (let block = 1; ; block += 1) {
    const search = await asking.piece({ answerStart: all, stops: [`\n${middleMark}`, '\n>>>>>>>'] });
    all += search.text;
    if (search.stop !== `\n${middleMark}`) return broken(all, search.stopReason);
    all += all.endsWith('\n') ? `${middleMark}\n` : `\n${middleMark}\n`;
    const replace = await asking.piece({
      ...{ answerStart: all, stops: ['\n>>>>>>>', `\n${middleMark}`, '\n<<<<<<<'] },
    });
    all += replace.text;
    if (replace.stop === undefined || replace.stop === `\n${middleMark}`)
      return broken(all, replace.stopReason);
    all += `${all.endsWith('\n') ? '' : '\n'}${replaceMark}\n`;
    const next = await nextPath(all, asking, replace.stop === '\n<<<<<<<');
    if (next === null || block === mostBlocks) return { text: all, stopReason: 'end' };
    all += next === '' ? `${searchMark}\n` : `${next}\n${searchMark}\n`;
  }
}

/** The file of a further block, '' for the same as before; null where there is none. */
async function nextPath(all: string, asking: Asking, begun: boolean): Promise<string | null> {
  if (begun) return '';
  const between = await asking.piece({ answerStart: all, stops: ['<<<<<<<'] }, betweenBlocks);
  if (between.stop === undefined) return null;
  const said = between.text
    .split('\n')
    .map((line) => line.replace(/^[\s#>*`]+|[\s*`:]+$/g, ''))
    .filter((line) => line !== '');
  const last = said.at(-1) ?? '';
  return /^[^\s:]+\.\w{1,8}$/.test(last) ? last : '';
}

/** A block without its end: what is missing is not made up. */
function broken(text: string, stopReason: ChatStopReason): FormedAnswer {
  return { text, stopReason };
}

/** The proposed names of an answer, those alone that can be names and are not taken; none where it is no list. */
export function namesOf(answer: string, taken: ReadonlySet<string>): string[] {
  const value = parsed(answer);
  if (!Array.isArray(value)) return [];
  const names = value.filter((name): name is string => typeof name === 'string').map((name) => name.trim());
  const possible = names.filter((name) => /^[\p{L}_$][\p{L}\p{N}_$]*[?!]?$/u.test(name) && !taken.has(name));
  return [...new Set(possible)];
}
