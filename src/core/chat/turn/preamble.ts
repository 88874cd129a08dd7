import type { Attachment } from '../context.ts';
import type { Preamble } from '../conversation.ts';
import { cutAttachments, largestFitting, linesOf } from '../cutting.ts';
import type { ChatModel, ChatSurroundings, ChatWorkspace } from '../ports.ts';
import { layOutSystem, shortestSystem, withoutMap, type GivenAttachment } from '../prompts.ts';

/** Windows below these have no map, and no instructions of the project. */
const mapFrom = 2048;
const instructionsFrom = 1024;

/** Most tokens of the map: a tenth of the window. */
function mapTokens(contextTokens: number): number {
  return contextTokens < mapFrom ? 0 : Math.min(1024, Math.floor(contextTokens / 10));
}

/** Most tokens of the project's instructions: an eighth of the window. */
function instructionTokens(contextTokens: number): number {
  return contextTokens < instructionsFrom ? 0 : Math.min(2048, Math.floor(contextTokens / 8));
}

export interface PreambleQuery {
  readonly fingerprint: string;
  readonly contextTokens: number;
  /** Whether the repository's map is wanted. */
  readonly map: boolean;
  /** The first question, and the files that go with it: what they name matters more in the map. */
  readonly question: string;
  readonly focus: readonly string[];
}

export interface PreparedPreamble {
  readonly preamble: Preamble;
  /** False where something could not be read: the next question tries again. */
  readonly complete: boolean;
}

interface PreamblePorts {
  readonly counter: Pick<ChatModel, 'countTexts'>;
  readonly workspace: Pick<ChatWorkspace, 'map'>;
  readonly surroundings: Pick<ChatSurroundings, 'instructions'>;
}

/**
 * The beginning of a conversation's prompts. What the workspace can't give is left out; rejects only where the model
 * can't count.
 */
export async function preparePreamble(query: PreambleQuery, ports: PreamblePorts): Promise<PreparedPreamble> {
  const [instructions, map] = await Promise.all([readInstructions(query, ports), readMap(query, ports)]);
  const { contextTokens, fingerprint } = query;
  return {
    preamble: {
      system: layOutSystem(contextTokens, instructions ?? [], map?.text ?? ''),
      instructions: (instructions ?? []).map(({ attachment, leftOut }) =>
        leftOut === 0 ? attachment.label : `${attachment.label} (shortened)`,
      ),
      mapFiles: map?.files ?? [],
      fingerprint,
    },
    complete: instructions !== null && map !== null,
  };
}

/** The beginning, that without the map for attachments that need its room, and the shortest for long questions. */
export function systemsOf({ system }: Preamble): readonly string[] {
  const all = [system, withoutMap(system), shortestSystem];
  return all.filter((one, index) => all.indexOf(one) === index);
}

/** The project's instructions as far as they have room; null where they can't be read. */
async function readInstructions(
  { contextTokens }: PreambleQuery,
  { surroundings, counter }: PreamblePorts,
): Promise<readonly GivenAttachment[] | null> {
  const room = instructionTokens(contextTokens);
  if (room === 0) return [];
  const found = await attempt<readonly Attachment[]>(() => surroundings.instructions());
  if (found === null) return null;
  const said = found.filter(({ text }) => text.trim() !== '');
  if (said.length === 0) return [];
  const given = await cutAttachments(
    said,
    room,
    (texts) => counter.countTexts(texts),
    ({ attachment }) => `From ${attachment.label}:\n${attachment.text}`,
  );
  return given.filter(({ attachment }) => attachment.text !== '');
}

/** The map, which may be counted with another tokenizer than the model's; null where it can't be made. */
async function readMap(
  { contextTokens, map: wanted, question, focus }: PreambleQuery,
  { workspace, counter }: PreamblePorts,
): Promise<{ readonly text: string; readonly files: readonly string[] } | null> {
  const budget = wanted ? mapTokens(contextTokens) : 0;
  if (budget === 0) return { text: '', files: [] };
  const map = await attempt(() => workspace.map({ focus, question, budget }));
  if (map === null || map.text.trim() === '') return map && { text: '', files: [] };
  const lines = linesOf(map.text);
  const textOf = (count: number): string => lines.slice(0, count).join('\n');
  const count = await largestFitting(lines.length, budget, textOf, (texts) => counter.countTexts(texts));
  const text = textOf(count);
  return {
    text,
    files: count === lines.length ? map.files : map.files.filter((file) => text.includes(file)),
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch {
    return null;
  }
}
