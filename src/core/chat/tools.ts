import { isObject, parsed } from '../text/json.ts';
import type { FoundLine, Place, Source } from './context.ts';
import type { ChatSurroundings, ChatWorkspace } from './ports.ts';
import { linesFound, partFound, saying, textFound, type Findings } from './toolFindings.ts';
import { sentenceOf } from '../text/sentence.ts';
import type { ToolCall, ToolDefinition, ToolParameter } from './types.ts';

/** What tools read from; nothing that is excluded from the index comes from it. */
export interface ToolPorts {
  readonly workspace: ChatWorkspace;
  readonly surroundings: ChatSurroundings;
}

/** Most lines that one call gives, before they are cut to the window. */
const mostLines = { search: 40, references: 40, symbols: 20, file: 400 } as const;

const text = (description: string): ToolParameter => ({ type: 'string', description });
const line = (description: string): ToolParameter => ({ type: 'integer', description });

const search: ToolDefinition = {
  name: 'search',
  description: 'Finds lines of the repository that contain a text, in upper or lower case.',
  parameters: {
    type: 'object',
    properties: {
      text: text('The text.'),
      path: text('A folder or file to search in; leave it out for all.'),
    },
    required: ['text'],
  },
};

const readFile: ToolDefinition = {
  name: 'read_file',
  description: 'Reads lines of a file of the repository.',
  parameters: {
    type: 'object',
    properties: {
      path: text('Its path in the repository.'),
      start_line: line('The first line, from 1.'),
      end_line: line('The last line.'),
    },
    required: ['path'],
  },
};

const findSymbol: ToolDefinition = {
  name: 'find_symbol',
  description: 'Finds where functions, classes and other definitions of a name are.',
  parameters: { type: 'object', properties: { name: text('The name.') }, required: ['name'] },
};

const references: ToolDefinition = {
  name: 'references',
  description: 'Finds the lines that use a name.',
  parameters: { type: 'object', properties: { name: text('The name.') }, required: ['name'] },
};

const problems: ToolDefinition = {
  name: 'problems',
  description: 'Lists errors and warnings that the editor shows.',
  parameters: {
    type: 'object',
    properties: { path: text('A file; leave it out for all.') },
    required: [],
  },
};

const gitDiff: ToolDefinition = {
  name: 'git_diff',
  description: 'Shows changes that are not committed yet.',
  parameters: {
    type: 'object',
    properties: { staged: { type: 'boolean', description: 'Only those that are staged.' } },
    required: [],
  },
};

/** All tools. They only read. */
export const toolDefinitions: readonly ToolDefinition[] = [
  search,
  readFile,
  findSymbol,
  references,
  problems,
  gitDiff,
];

/** Arguments after their check. */
type Arguments = Readonly<Record<string, string | number | boolean>>;

/** What a call gives; whatever goes wrong is said in it, so that the model can mend its call. Never rejects. */
export async function runTool(call: ToolCall, ports: ToolPorts): Promise<Findings> {
  const tool = toolDefinitions.find(({ name }) => name === call.name);
  if (tool === undefined)
    return saying(
      `There is no tool ${quoted(call.name)}. The tools are ${toolDefinitions.map(({ name }) => name).join(', ')}.`,
    );
  const checked = checkArguments(tool, call.arguments);
  if ('problem' in checked) return saying(checked.problem);
  try {
    return await tools[tool.name]!(checked.arguments, ports);
  } catch (error) {
    return saying(`${tool.name} failed: ${sentenceOf(error)}`);
  }
}

const tools: Readonly<Record<string, (given: Arguments, ports: ToolPorts) => Promise<Findings>>> = {
  search: async (given, { workspace }) => {
    const wanted = textOf(given, 'text');
    const scope = pathOf(given)?.path ?? null;
    const found = await workspace.search(wanted, scope, mostLines.search);
    const where = scope === null ? 'in the repository' : `in ${scope}`;
    return linesFound(found.map(lineFound), `No line ${where} contains ${quoted(wanted)}.`);
  },
  read_file: (given, { workspace }) => readPart(given, workspace),
  find_symbol: async (given, { workspace }) => {
    const name = textOf(given, 'name');
    const found = await workspace.findSymbols(name, mostLines.symbols);
    return linesFound(
      found.map(({ path, startLine, endLine, kind, signature }) => ({
        text: `${path}:${startLine}-${endLine} ${kind} ${oneLine(signature)}`,
        source: asSource({ path, startLine, endLine: startLine }),
      })),
      `There is no definition of ${quoted(name)}.`,
    );
  },
  references: async (given, { workspace }) => {
    const name = textOf(given, 'name');
    const found = await workspace.references(name, mostLines.references);
    return linesFound(found.map(lineFound), `No line uses the name ${quoted(name)}.`);
  },
  problems: async (given, { surroundings }) => {
    const shown = await surroundings.problems(pathOf(given)?.path ?? null);
    return textFound(shown, 'The editor shows no problems.');
  },
  git_diff: async (given, { surroundings }) => {
    const diff = await surroundings.diff(given['staged'] === true);
    return textFound(diff, 'There are no changes.');
  },
};

async function readPart(given: Arguments, workspace: ChatWorkspace): Promise<Findings> {
  const asked = pathOf(given);
  if (asked === null) return saying('The argument path is empty.');
  const first = Math.max(1, lineOf(given, 'start_line') ?? asked.startLine ?? 1);
  const wanted = lineOf(given, 'end_line') ?? asked.endLine ?? Infinity;
  const last = Math.min(Math.max(first, wanted), first + mostLines.file - 1);
  const part = await workspace.read(asked.path, first, last);
  if (part !== null && first > part.lines) return saying(`${part.path} has ${part.lines} lines only.`);
  if (part !== null) return partFound(part);
  const similar = await workspace.findPaths(asked.path.split('/').at(-1) ?? '', 5);
  const hint = similar.length > 0 ? ` Similar paths: ${similar.join(', ')}.` : '';
  return saying(`There is no file ${asked.path} that may be read.${hint}`);
}

/** Longest part of a found line that is given. */
const longestLine = 200;

function oneLine(value: string): string {
  const line = value.replace(/\s+/g, ' ').trim();
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}

function lineFound({ path, line, text }: FoundLine): { text: string; source: Source } {
  return {
    text: `${path}:${line}: ${oneLine(text)}`,
    source: asSource({ path, startLine: line, endLine: line }),
  };
}

/** A place that a tool gave; a model asked for it, so that it counts like the best found. */
function asSource({ path, startLine, endLine }: Place): Source {
  return { path, startLine, endLine, score: 1 };
}

function checkArguments(tool: ToolDefinition, json: string): { arguments: Arguments } | { problem: string } {
  const given = parsed(json.trim() === '' ? '{}' : json);
  if (!isObject(given))
    return { problem: `The arguments of ${tool.name} are no JSON object: ${quoted(json)}. Call it again.` };
  const checked: Record<string, string | number | boolean> = {};
  for (const [name, { type }] of Object.entries(tool.parameters.properties)) {
    const value = given[name];
    if (value === undefined || value === null) continue;
    const read = readValue(value, type);
    if (read === null)
      return { problem: `The argument ${name} of ${tool.name} must be of type ${type}. Call it again.` };
    checked[name] = read;
  }
  const missing = tool.parameters.required.find((name) => (checked[name] ?? '') === '');
  if (missing !== undefined)
    return { problem: `${tool.name} needs the argument ${missing}. Call it again with it.` };
  return { arguments: checked };
}

/**
 * A value of a type; models put numbers and truth values between quotes often enough, and leave those around texts out
 * (in calls written as tags there are none). Null where it is none.
 */
function readValue(value: unknown, type: ToolParameter['type']): string | number | boolean | null {
  switch (type) {
    case 'string':
      return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : null;
    case 'integer': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isSafeInteger(number) ? number : null;
    }
    case 'boolean':
      if (value === 'true' || value === 'false') return value === 'true';
      return typeof value === 'boolean' ? value : null;
  }
}

function textOf(given: Arguments, name: string): string {
  return String(given[name] ?? '');
}

function lineOf(given: Arguments, name: string): number | null {
  const value = given[name];
  return typeof value === 'number' ? value : null;
}

interface AskedPath {
  readonly path: string;
  readonly startLine: number | null;
  readonly endLine: number | null;
}

/** The argument `path`, in which models put lines as well, as in their citations; null where it is missing. */
function pathOf(given: Arguments): AskedPath | null {
  const written = textOf(given, 'path')
    .trim()
    .replaceAll('\\', '/')
    .replace(/^\.?\/+/, '');
  if (written === '' || written === '.') return null;
  const [, path = written, start, end = start] = /^(.+?):(\d+)(?:-(\d+))?$/.exec(written) ?? [];
  return {
    path,
    startLine: start === undefined ? null : Number(start),
    endLine: end === undefined ? null : Number(end),
  };
}

/** The beginning of what a model wrote, between quotes. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}…` : value);
}
