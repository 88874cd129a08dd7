import type { ChatWorkspace } from '../../core/chat/ports.ts';
import { formatMention } from '../../core/chat/question.ts';
import { slashCommands } from '../../core/chat/conversation.ts';
import { commandDescriptions, type Suggestion } from '../../core/chat/view.ts';

/** Most offers for one word. */
const limit = 20;

/** What can be mentioned, in the order in which it is offered. */
const kinds: readonly Suggestion[] = [
  { insert: '@file:', label: '@file', detail: 'A file of the workspace', icon: 'file', open: true },
  {
    insert: '@folder:',
    label: '@folder',
    detail: 'A folder: its list and beginnings of its files',
    icon: 'folder',
    open: true,
  },
  { insert: '@symbol:', label: '@symbol', detail: 'A definition', icon: 'symbol-method', open: true },
  {
    insert: '@selection',
    label: '@selection',
    detail: 'What is selected in the editor',
    icon: 'selection',
    open: false,
  },
  {
    insert: '@problems',
    label: '@problems',
    detail: 'The problems that the editor shows',
    icon: 'warning',
    open: false,
  },
  {
    insert: '@diff',
    label: '@diff',
    detail: 'What was changed and is not committed',
    icon: 'diff',
    open: false,
  },
  {
    insert: '@terminal',
    label: '@terminal',
    detail: 'What is selected in the terminal',
    icon: 'terminal',
    open: false,
  },
  {
    insert: '@workspace',
    label: '@workspace',
    detail: 'Look through the whole workspace',
    icon: 'search',
    open: false,
  },
];

/**
 * Offers for the word before the cursor, from its `@` or `/` on: kinds and commands first, then, once a kind is there,
 * paths or definitions of the workspace. A bare `@word` gets the kinds that begin so, and files and definitions too.
 */
export async function suggestionsFor(
  word: string,
  workspace: Pick<ChatWorkspace, 'findPaths' | 'findSymbols'>,
): Promise<readonly Suggestion[]> {
  if (word.startsWith('/')) return commandsFor(word);
  if (!word.startsWith('@')) return [];
  const [, kind = '', quote, rest = ''] = /^@(file|folder|symbol):("?)(.*)$/i.exec(word) ?? [];
  const query = quote === '"' ? rest.replace(/"$/, '') : rest;
  switch (kind.toLowerCase()) {
    case 'file':
      return (await pathsFor(query, workspace)).filter(({ icon }) => icon === 'file').slice(0, limit);
    case 'folder':
      return (await pathsFor(query, workspace)).filter(({ icon }) => icon === 'folder').slice(0, limit);
    case 'symbol':
      return symbolsFor(query, workspace);
    default:
      return anythingFor(word.slice(1), workspace);
  }
}

function commandsFor(word: string): readonly Suggestion[] {
  const begun = word.slice(1).toLowerCase();
  return slashCommands
    .filter((command) => command.startsWith(begun))
    .map((command) => ({
      insert: `/${command}`,
      label: `/${command}`,
      detail: commandDescriptions[command],
      icon: 'command',
      open: false,
    }));
}

async function anythingFor(
  begun: string,
  workspace: Pick<ChatWorkspace, 'findPaths' | 'findSymbols'>,
): Promise<readonly Suggestion[]> {
  const known = kinds.filter(({ label }) => label.slice(1).startsWith(begun.toLowerCase()));
  if (begun.length < 2) return known;
  const [paths, symbols] = await Promise.all([pathsFor(begun, workspace), symbolsFor(begun, workspace)]);
  return [...known, ...paths.slice(0, limit / 2), ...symbols].slice(0, limit);
}

/** Twice as many as are shown, since files and folders come together. */
async function pathsFor(
  query: string,
  workspace: Pick<ChatWorkspace, 'findPaths'>,
): Promise<readonly Suggestion[]> {
  const paths = await workspace.findPaths(query, 2 * limit);
  return paths.map((path) => {
    const isFolder = path.endsWith('/');
    const whole = isFolder ? path.slice(0, -1) : path;
    const slash = whole.lastIndexOf('/');
    return {
      insert: formatMention({ kind: isFolder ? 'folder' : 'file', value: whole }),
      label: path.slice(slash + 1),
      detail: whole.slice(0, Math.max(0, slash)),
      icon: isFolder ? 'folder' : 'file',
      open: false,
    };
  });
}

/** Codicons of the kinds of definitions; the others have that of a method. */
const symbolIcons: Readonly<Record<string, string>> = {
  class: 'symbol-class',
  interface: 'symbol-interface',
  enum: 'symbol-enum',
  constant: 'symbol-constant',
  variable: 'symbol-variable',
  field: 'symbol-field',
  property: 'symbol-property',
  type: 'symbol-class',
  module: 'symbol-namespace',
  namespace: 'symbol-namespace',
};

async function symbolsFor(
  query: string,
  workspace: Pick<ChatWorkspace, 'findSymbols'>,
): Promise<readonly Suggestion[]> {
  if (query === '') return [];
  const found = await workspace.findSymbols(query, limit);
  // One name may be defined in several places; the mention means all of them.
  const firsts = found.filter(({ name }, index) => found.findIndex((other) => other.name === name) === index);
  return firsts.map(({ name, container, kind, path, startLine }) => ({
    insert: formatMention({ kind: 'symbol', value: name }),
    label: name,
    detail: `${container === null ? '' : `${container}, `}${path}:${startLine}`,
    icon: symbolIcons[kind] ?? 'symbol-method',
    open: false,
  }));
}
