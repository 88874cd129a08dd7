import type { ModelRow } from '../../host/models/modelRows.ts';
import { fitTexts, pullText, sizeText, speedText } from '../../host/models/rowText.ts';

/** The name with the quantisation, unless the name says it already. */
export function rowLabel({ name, quantization }: Pick<ModelRow, 'name' | 'quantization'>): string {
  const said = quantization === null || name.toLowerCase().includes(quantization.toLowerCase());
  return oneLine(said ? name : `${name} ${quantization}`);
}

/** What stands behind a row's name, the most important first. */
export function rowDescription(row: ModelRow): string {
  const uses = row.inUse.length > 0 ? [row.inUse.join(' and ')] : [];
  if (row.pull !== null) return [...uses, pullText(row.pull)].join(' · ');
  const size = sizeText(row);
  const judgement =
    row.problem === null ? [row.fit && fitTexts[row.fit.verdict], speedText(row.speed)] : ["can't be used"];
  return [...uses, size, ...judgement].filter((part) => part !== null).join(' · ');
}

/** All that a row shows, as a screen reader says it. */
export function rowSpeech(row: ModelRow): string {
  const uses = row.inUse.length > 0 ? `, in use for ${row.inUse.join(' and ')}` : '';
  const installed = row.installed || row.pull !== null ? '' : ', not downloaded';
  const rest = rowDescription({ ...row, inUse: [] })
    .replaceAll(' · ', ', ')
    .replaceAll('/s', ' per second');
  // That it goes on is to be seen in the icon only, and why it does not when pointed at.
  const downloading = row.pull?.state === 'running' ? ', downloading' : '';
  const sentence = row.problem ?? row.pull?.problem ?? null;
  const problem = sentence === null ? '' : `. ${sentence}`;
  return `${rowLabel(row)}${uses}${installed}${downloading}${rest === '' ? '' : `, ${rest}`}${problem}`;
}

/** Names come out of files that anybody may have written. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
