import type { MemoryFit } from '../../core/models/fit.ts';
import { formatBytes } from '../../core/text/bytes.ts';
import type { ModelRow, ModelSource, SpeedRow } from '../../host/models/modelRows.ts';
import { escapeMarkdown } from '../markdown.ts';
import { fitTexts, rateText } from '../../host/models/rowText.ts';
import { rowLabel } from './rowText.ts';

/** Where a model comes from, in words. */
export const sourceTexts: Readonly<Record<ModelSource, string>> = {
  starter: 'ships with Hearth',
  hearth: "Hearth's own folder",
  file: 'a file, used where it lies',
  ollama: "Ollama's store, used where it lies",
  'lm-studio': "LM Studio's folder, used where it lies",
  'hugging-face': 'the Hugging Face cache, used where it lies',
  'llama-cpp': "llama.cpp's cache, used where it lies",
  catalogue: 'the catalogue',
};

/** What is known of a model, as Markdown: what it needs of the memory above all. */
export function rowTooltip(row: ModelRow): string {
  const paragraphs = [
    `**${escapeMarkdown(rowLabel(row))}**`,
    row.description === null ? null : escapeMarkdown(row.description),
    ...[row.problem, row.pull?.problem ?? null].map((problem) =>
      problem === null ? null : `$(warning) ${escapeMarkdown(problem)}`,
    ),
    ...(row.fit === null ? [] : memory(row.fit)),
    speed(row.speed),
    training(row),
    row.licence === null ? null : `Licence: ${escapeMarkdown(row.licence)}`,
    `From: ${escapeMarkdown(sourceTexts[row.source])}${row.host === null ? '' : `, ${escapeMarkdown(row.host)}`}`,
    row.path === null ? null : escapeMarkdown(row.path),
    row.sha256 === null ? null : `SHA-256: ${row.sha256}`,
  ];
  return paragraphs.filter((paragraph) => paragraph !== null).join('\n\n');
}

function memory(fit: MemoryFit): string[] {
  const rows = [
    ['Memory', ''],
    [':--', '--:'],
    ['Weights', formatBytes(fit.weights)],
    [`KV cache of ${tokens(fit.contextTokens)}`, formatBytes(fit.kvCache)],
    ['Compute buffers', formatBytes(fit.compute)],
    ['The engine itself', formatBytes(fit.process)],
    [`**All** of ${formatBytes(fit.available)} available`, `**${formatBytes(fit.total)}**`],
  ];
  const verdict = fitTexts[fit.verdict].replace(/^./, (first) => first.toUpperCase());
  const context =
    fit.largestContext > 0 ? `The largest context that fits has ${tokens(fit.largestContext)}.` : '';
  const layers = fit.gpuLayers === null ? '' : `The GPU has room for ${count(fit.gpuLayers, 'layer')}.`;
  return [
    rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n'),
    [`${verdict}.`, context, layers].filter((sentence) => sentence !== '').join(' '),
  ];
}

function speed(row: SpeedRow | null): string | null {
  if (row === null) return null;
  const { promptTokensPerSecond, decodeTokensPerSecond, measured } = row;
  const [reads, writes] = [promptTokensPerSecond, decodeTokensPerSecond].map((rate) =>
    rateText(rate, measured),
  );
  return `${measured ? 'Measured here' : 'Expected here'}: reads ${reads}, writes ${writes}`;
}

function training({ parameters, trainedContext }: ModelRow): string | null {
  const parts = [
    parameters === null ? null : `${parametersText(parameters)} parameters`,
    trainedContext === null ? null : `trained for ${tokens(trainedContext)}`,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(', ');
}

function parametersText(parameters: number): string {
  if (parameters >= 999.5e6) return `${(parameters / 1e9).toFixed(1)} billion`;
  if (parameters >= 1e6) return `${Math.round(parameters / 1e6)} million`;
  return parameters.toLocaleString('en');
}

function tokens(number: number): string {
  return count(number, 'token');
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`;
}
