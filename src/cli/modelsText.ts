import { formatBytes } from '../core/text/bytes.ts';
import type { MemoryFit } from '../core/models/fit.ts';
import type { ModelRow, ModelSource } from '../host/models/modelRows.ts';
import { fitTexts, pullText, sizeText, speedText } from '../host/models/rowText.ts';

/** A model and what it needs. */
export interface FitRow {
  readonly name: string;
  readonly quantization: string | null;
  readonly fit: MemoryFit;
}

const sources: Readonly<Record<ModelSource, string>> = {
  hearth: 'Hearth',
  starter: 'ships with Hearth',
  file: 'your own',
  'lm-studio': 'LM Studio',
  ollama: 'Ollama',
  'hugging-face': 'Hugging Face cache',
  'llama-cpp': "llama.cpp's cache",
  catalogue: 'catalogue',
};

/** All models as a table, what is installed first. */
export function listText(rows: readonly ModelRow[]): string {
  const head = ['NAME', 'QUANTISATION', 'SIZE', 'MEMORY', 'SPEED', 'WHERE'];
  const installed = rows.filter((row) => row.installed);
  const available = rows.filter((row) => !row.installed);
  const lines = table([head, ...installed.map(cells), ...available.map(cells)]);
  const [title = '', ...rest] = lines;
  const problems = installed.flatMap(({ path, problem }) =>
    problem === null ? [] : [plainText(`${path}: ${problem}`)],
  );
  return [
    title,
    'Installed',
    ...indented(rest.slice(0, installed.length)),
    ...(available.length === 0 ? [] : ['Available', ...indented(rest.slice(installed.length))]),
    ...(problems.length === 0 ? [] : ["Can't be used", ...indented(problems)]),
  ].join('\n');
}

function cells(row: ModelRow): string[] {
  const { name, quantization, fit, speed, problem, pull } = row;
  return [
    name,
    quantization ?? '',
    sizeText(row) ?? '',
    problem !== null ? "can't be used" : fit === null ? '' : fitTexts[fit.verdict],
    speedText(speed) ?? '',
    [where(row), ...(pull === null ? [] : [pullText(pull)])].join(', '),
  ];
}

function where({ installed, source, path, key, inUse }: ModelRow): string {
  const used = inUse.length === 0 ? '' : `, in use for ${inUse.join(' and ')}`;
  return installed ? `${sources[source]}: ${path}${used}` : `pull ${key}`;
}

/** What models need, as a table. */
export function fitText(rows: readonly FitRow[]): string {
  const head = ['NAME', 'QUANTISATION', 'CONTEXT', 'WEIGHTS', 'KV CACHE', 'COMPUTE', 'PROCESS'];
  const lines = rows.map(({ name, quantization, fit }) => [
    name,
    quantization ?? '',
    String(fit.contextTokens),
    ...[fit.weights, fit.kvCache, fit.compute, fit.process, fit.total, fit.available].map(formatBytes),
    fitTexts[fit.verdict],
    fit.largestContext === 0 ? 'none' : String(fit.largestContext),
  ]);
  return table([[...head, 'TOTAL', 'AVAILABLE', 'VERDICT', 'LARGEST CONTEXT'], ...lines]).join('\n');
}

/** Lines of columns, each as wide as its widest cell. */
function table(rows: readonly (readonly string[])[]): string[] {
  const plain = rows.map((row) => row.map(plainText));
  const widths = (plain[0] ?? []).map((_, column) =>
    Math.max(...plain.map((row) => (row[column] ?? '').length)),
  );
  return plain.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

/** Names come out of files that anybody may have written: a terminal obeys control characters. */
export function plainText(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/** The same for a whole document, whose lines stay. */
export function plainDocument(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}
