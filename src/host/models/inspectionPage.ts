import type { MemoryFit } from '../../core/models/fit.ts';
import { codeSpan, fenced } from '../../core/text/backticks.ts';
import { formatBytes } from '../../core/text/bytes.ts';
import type { Inspection } from '../../models/inspect.ts';

/** Longer cells push no other ones to the right. */
const widestCell = 40;

const verdicts = {
  'fits-well': 'It fits well.',
  tight: 'It is tight: other programs may be slowed down.',
  'does-not-fit': 'It does not fit.',
} as const;

/** What a model file says of itself, as a readable Markdown document. */
export function inspectionPage(inspection: Inspection, fit: MemoryFit | null): string {
  const { name, path, problem } = inspection;
  return [
    `# ${text(name ?? path.split(/[\\/]/).at(-1) ?? path)}`,
    ...(problem === null ? [] : [`> **It can't be used.** ${text(problem)}`]),
    factsTable(inspection),
    ...(fit === null ? [] : ['## Memory on this machine', memoryTable(fit)]),
    '## Fill in the middle',
    markersText(inspection),
    '## Chat template',
    templateText(inspection),
    '## Tensors',
    tensorTable(inspection),
    '## Metadata',
    table(
      ['Key', 'Value'],
      Object.entries(inspection.metadata).map(([key, value]) => [code(key), metadataText(value)]),
    ),
    '',
  ].join('\n\n');
}

/** The memory that a model needs here, as a Markdown table. */
export function memoryTable(fit: MemoryFit): string {
  const rows: [string, string][] = [
    ['Weights', formatBytes(fit.weights)],
    [`KV cache of ${fit.contextTokens} tokens`, formatBytes(fit.kvCache)],
    ['Compute buffers', formatBytes(fit.compute)],
    ['The engine itself', formatBytes(fit.process)],
    ['**Together**', `**${formatBytes(fit.total)}**`],
    ['Available now', formatBytes(fit.available)],
    ['Largest context that fits', fit.largestContext === 0 ? 'none' : `${fit.largestContext} tokens`],
    ...(fit.gpuLayers === null ? [] : [['Layers on the GPU', String(fit.gpuLayers)] as [string, string]]),
  ];
  return `${table(['Part', 'Size'], rows)}\n\n${verdicts[fit.verdict]}`;
}

function factsTable(inspection: Inspection): string {
  const { shape, bytes, files, licence } = inspection;
  const rows: [string, string | null][] = [
    ['File', files.map(code).join('<br>')],
    ['Size', formatBytes(bytes)],
    ['Architecture', inspection.architecture === null ? null : text(inspection.architecture)],
    ['Kind', inspection.kind],
    ['Quantisation', shape.weightType.name ?? shape.weightType.dominantType],
    ['Parameters', shape.parameters === null ? null : shape.parameters.total.toLocaleString('en')],
    ['Layers', String(shape.layers.length)],
    ['Vocabulary', inspection.vocabulary === null ? null : inspection.vocabulary.toLocaleString('en')],
    ['Trained context', inspection.trainedContext === null ? null : `${inspection.trainedContext} tokens`],
    ['Licence', licenceText(licence)],
    ['GGUF version', String(inspection.version)],
  ];
  return table(
    ['Property', 'Value'],
    rows.flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

function markersText({ markers }: Inspection): string {
  if (markers.order === null) return 'It has no markers for it: it sees only the text before the cursor.';
  const { family, order, foundIn } = markers;
  const rows = (['prefix', 'suffix', 'middle'] as const).flatMap((name) => {
    const marker = markers[name];
    return marker === null ? [] : [[name, code(marker.text ?? ''), String(marker.id)]];
  });
  const of = family === null ? '' : ` of the family ${family}`;
  return `Markers${of}, found in its ${foundIn ?? 'header'}; trained in the order ${order}.\n\n${table(['Marker', 'Token', 'Number'], rows)}`;
}

function templateText({ template }: Inspection): string {
  const { text: source, roles, tools, thinking, others } = template;
  if (source === null) return 'It has none: it is not made for chat.';
  const facts = [
    `It speaks of the roles ${roles.map(text).join(', ') || 'that it is given'}.`,
    ...(tools ? ['It knows tools.'] : []),
    ...(thinking ? ['It can think before it answers.'] : []),
    ...(others.length > 0 ? [`There are further templates: ${others.map(text).join(', ')}.`] : []),
  ];
  return `${facts.join(' ')}\n\n${fenced(source, 'jinja')}`;
}

function tensorTable({ tensors }: Inspection): string {
  const rows = tensors.byType.map(({ type, count, bytes }) => [type, String(count), formatBytes(bytes)]);
  return table(
    ['Type', 'Tensors', 'Size'],
    [...rows, ['All', String(tensors.count), formatBytes(tensors.bytes)]],
  );
}

function metadataText(value: Inspection['metadata'][string]): string {
  if (typeof value === 'object') return `${value.length.toLocaleString('en')} × ${value.array}`;
  const written = typeof value === 'string' ? value : String(value);
  return code(written.length > 200 ? `${written.slice(0, 200)}…` : written);
}

/** A table whose columns stand below one another in the source too, as far as their cells are short. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map(cell));
  const widths = head.map((_, column) =>
    Math.max(3, ...cells.map((row) => Math.min(widestCell, row[column]?.length ?? 0))),
  );
  const line = (row: readonly string[]): string =>
    `| ${row.map((content, column) => content.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [first = [], ...others] = cells;
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n');
}

/** What a cell holds: no line end, no bar of its own, nor backslashes before one that some readers take in pairs. */
function cell(content: string): string {
  return content.replace(/\r\n?|\n/g, ' ').replace(/(\\*)\|/g, '$1$1\\|');
}

function code(content: string): string {
  return content.trim() === '' ? '' : codeSpan(content);
}

function licenceText({ name, link }: Inspection['licence']): string | null {
  const parts = [name, link].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.map(text).join(', ');
}

function text(plain: string): string {
  return plain.replace(/[\\`*_{}[\]<>#&]/g, '\\$&').replace(/\r\n?|\n/g, ' ');
}
