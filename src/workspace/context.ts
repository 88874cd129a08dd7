import { arrange, textOf, tokensOf, type ItemGroup } from '../core/context/arrange.ts';
import { Assembler } from '../core/context/assembler.ts';
import { EditLog, RecentEdits } from '../core/context/edits.ts';
import { definitionAround, SteadyDefinition } from '../core/context/epoch.ts';
import type { ContextItem, TokenCount } from '../core/context/items.ts';
import { ownItems } from '../core/context/ownItems.ts';
import { keyOf, pack, type PackOptions } from '../core/context/pack.ts';
import type { ContextPlace } from '../core/context/place.ts';
import type { ContextReport } from '../core/context/report.ts';
import { standaloneLine } from '../core/context/signature.ts';
import { signatureItems } from '../core/context/signatures.ts';
import { calleeAt, findUsage, usageItem } from '../core/context/usage.ts';
import { visibleLines } from '../core/context/visible.ts';
import { isSecretPath } from '../core/index/secretPaths.ts';
import { segmentBudget } from '../core/prompt/layoutRepository.ts';
import type { PromptSegment } from '../core/prompt/layoutTypes.ts';
import type { TextChange } from '../core/text/textDocument.ts';
import { windowTokens, type TextWindow, type WindowLimits } from '../core/text/window.ts';
import type { SyntaxFacts } from './fileFacts.ts';
import { importedFiles } from './importedFiles.ts';
import type { Target } from './protocol.ts';
import { relativeTo } from './relativePath.ts';
import type { TokenCounts } from './tokenCounts.ts';
import type { WorkspaceIndex } from './workspaceIndex.ts';

/** Documents whose context is kept. */
const mostDocuments = 16;
/** Shares of the room: recent edits, and what the assembler gives to the file's own outline and to an example. */
const editShare = 0.2;
const ownShare = 0.1;
const usageShare = 0.2;
/** What is left of the room because estimates may fail. */
const certain = 0.9;

/** An open document as the context needs it. */
export interface ContextDocument {
  /** Its URI. */
  readonly document: string;
  readonly languageId: string;
  /** Absolute path of its workspace folder, and its path in it with `/`; null for what lies in none. */
  readonly folder: string | null;
  readonly path: string | null;
  readonly text: string;
}

/** A document in a workspace folder that may have context. */
type PlacedDocument = ContextDocument & { readonly folder: string; readonly path: string };

interface Entry {
  /** Whether its imports may have changed since its facts were learnt. */
  stale: boolean;
  facts: SyntaxFacts | null;
  /** What it imports; context is chosen anew when that changes. */
  importsKey: string;
  targets: readonly Target[];
  assembler: Assembler;
  readonly definition: SteadyDefinition;
  edits: EditLog;
  /** What the index said when context was last asked for: where it changes, what was shown may be gone. */
  indexEpoch: string;
}

/** What a line that imports something holds, in any of the languages. */
const importWords = /\b(import|from|require\w*|export|use|using|mod|package|crate|include|source)\b/;

/**
 * The segments before a document's own text: signatures of definitions that the next lines may need, the parts of its
 * own outline that the prompt doesn't show, an example of the call around the cursor, and recent edits. Asking gives what
 * the index knows at once.
 */
export class WorkspaceContext {
  readonly #index: WorkspaceIndex;
  readonly #counts: TokenCounts;
  readonly #entries = new Map<string, Entry>();
  readonly #edits = new RecentEdits();
  readonly #openText: (folder: string, path: string) => string | null;
  /** The document asked about last, and how often that was another one than before. */
  #last: string | null = null;
  #visits = 0;

  /** `openText` gives the present text of an open document. */
  constructor(
    index: WorkspaceIndex,
    counts: TokenCounts,
    openText: (folder: string, path: string) => string | null,
  ) {
    this.#index = index;
    this.#counts = counts;
    this.#openText = openText;
  }

  /** Takes note of an edit; `document` is as it was before the changes. */
  changed(document: ContextDocument, changes: readonly TextChange[]): void {
    if (isPlaced(document)) this.#edits.record(editKey(document), document.text, changes);
    const entry = this.#entries.get(document.document);
    if (entry === undefined || entry.stale) return;
    entry.stale = changes.some((change) => importWords.test(touchedLines(document.text, change)));
  }

  /** The document was opened, perhaps again with another text. */
  opened(document: string): void {
    const entry = this.#entries.get(document);
    if (entry !== undefined) entry.stale = true;
  }

  closed(document: ContextDocument): void {
    this.#entries.delete(document.document);
    if (this.#last === document.document) this.#last = null;
    if (isPlaced(document)) this.#edits.forget(editKey(document));
  }

  /** Whether `learn` should be told what the document defines and imports now. */
  wantsFacts(document: ContextDocument): boolean {
    return isPlaced(document) && this.#entry(document).stale;
  }

  /** Takes what the document's syntax says now, null without a grammar. */
  learn(document: ContextDocument, facts: SyntaxFacts | null): void {
    if (!isPlaced(document)) return;
    const entry = this.#entry(document);
    entry.stale = false;
    entry.facts = facts;
    entry.importsKey = (facts?.imports ?? [])
      .map(({ specifier, names }) => `${specifier} ${names.join(',')}`)
      .join('\n');
  }

  /** The same for a document that was asked about before; of others nothing is kept. */
  relearn(document: ContextDocument, facts: SyntaxFacts | null): void {
    if (this.#entries.has(document.document)) this.learn(document, facts);
  }

  /** Where a language server says that names of the document are defined: it counts from the next epoch on. */
  targets(document: string, targets: readonly Target[]): void {
    const entry = this.#entries.get(document);
    if (entry !== undefined) entry.targets = targets;
  }

  /** What is known now for a cursor in `window`, in at most the share of `limits` that segments may take. */
  async segments(
    document: ContextDocument,
    window: TextWindow,
    limits: WindowLimits,
  ): Promise<readonly PromptSegment[]> {
    const groups = await this.#gather(document, window, limits);
    return groups === null ? [] : [...groups.chosen, ...groups.recent];
  }

  /**
   * The same with everything that is known about it, or what `budget` tokens would hold. Null for a document that has no
   * context.
   */
  async report(
    document: ContextDocument,
    window: TextWindow,
    limits: WindowLimits,
    budget: number | null,
    count: TokenCount,
  ): Promise<Omit<ContextReport, 'ms' | 'index' | 'estimated'> | null> {
    if (!isPlaced(document)) return null;
    if (budget === null) {
      const gathered = await this.#gather(document, window, limits);
      return gathered === null
        ? null
        : reportOf(this.#entry(document).assembler.groups, gathered.recent, count);
    }
    const items = await this.#items(document, placeIn(document.path, window, limits));
    const groups = arrange(pack(items, packOptions(budget, count)));
    return reportOf(groups, [], count);
  }

  /** Chooses a document's context anew at the next question, as if it were the first. */
  renew(document: string): void {
    const entry = this.#entries.get(document);
    if (entry !== undefined) entry.assembler = new Assembler();
  }

  /** Makes every count exact that the last answer estimated, or gives up; true where another answer may differ. */
  settle(): Promise<boolean> {
    return this.#counts.settle();
  }

  async #gather(document: ContextDocument, window: TextWindow, limits: WindowLimits) {
    if (!isPlaced(document)) return null;
    if (this.#last !== document.document) this.#visits += 1;
    this.#last = document.document;
    const entry = this.#entry(document);
    const indexEpoch = this.#index.epoch(document.folder);
    if (indexEpoch !== entry.indexEpoch) entry.edits = new EditLog();
    entry.indexEpoch = indexEpoch;
    const { assembler, edits, importsKey } = entry;
    const { count } = this.#counts;
    const room = segmentBudget(windowTokens(limits)) * certain;
    const place = placeIn(document.path, window, limits);
    const recent = this.#recentEdits(document, place, edits, room * editShare);
    const options = packOptions(room * (1 - editShare), count);
    const epoch = [
      importsKey,
      entry.definition.at(definitionAround(window), window.cursorLine),
      this.#visits,
      indexEpoch,
    ].join('\0');
    const isNew = assembler.isNew(epoch, options);
    const candidates = isNew ? await this.#items(document, place) : [];
    const there = isNew ? await this.#stillThere(document, assembler.groups, candidates) : new Set<string>();
    const chosen = assembler.assemble(epoch, candidates, options, (item) => there.has(keyOf(item)));
    // What was estimated is known exactly from the next epoch on.
    if (!this.#counts.exact) void this.#counts.settle();
    return { chosen, recent };
  }

  /** Everything that may be of use at a place. */
  async #items(document: PlacedDocument, place: ContextPlace): Promise<ContextItem[]> {
    const { facts, targets } = this.#entry(document);
    const own = facts === null ? [] : ownItems(place, facts.definitions);
    const folder = this.#index.folder(document.folder);
    if (folder === null) return own;
    const imports = importedFiles(document.languageId, document.path, facts?.imports ?? [], folder);
    const known = new Map(
      targets.flatMap(({ name, path, line }) => {
        const inside = relativeTo(document.folder, path);
        return inside === null ? [] : [[name, { path: inside, line }] as const];
      }),
    );
    const items = [...signatureItems(folder.index, place, imports, known), ...own];
    const callee = calleeAt(place);
    const usage = callee === null ? null : findUsage(folder.index, place, callee);
    const text =
      usage === null
        ? null
        : (this.#openText(document.folder, usage.path) ?? (await folder.read(usage.path)));
    const example = usage === null || text === null ? null : usageItem(usage, text);
    return example === null ? items : [...items, example];
  }

  /** Keys of the items that are in and could be found anew, here or elsewhere: what they show still stands there. */
  async #stillThere(
    { folder }: PlacedDocument,
    groups: readonly ItemGroup[],
    candidates: readonly ContextItem[],
  ): Promise<Set<string>> {
    const there = new Set(candidates.map(keyOf));
    for (const item of groups.flatMap(({ items }) => items)) {
      if (there.has(keyOf(item))) continue;
      const { kind } = item;
      const stands =
        kind === 'signatures'
          ? this.#isDefined(folder, item)
          : kind === 'usage' && (await this.#isWritten(folder, item));
      if (stands) there.add(keyOf(item));
    }
    return there;
  }

  #isDefined(folder: string, { path, name, text }: ContextItem): boolean {
    const index = this.#index.folder(folder)?.index;
    const id = index?.names.find(name ?? '');
    const symbols = index?.get(path)?.symbols ?? [];
    return symbols.some((symbol) => {
      if (index === undefined || name === null || symbol.name !== id) return false;
      const container = symbol.container === -1 ? null : index.names.nameOf(symbol.container);
      return standaloneLine({ name, container, signature: symbol.signature }) === text;
    });
  }

  async #isWritten(folder: string, { path, text }: ContextItem): Promise<boolean> {
    const index = this.#index.folder(folder);
    if (index?.index.paths.has(path) !== true) return false;
    const now = this.#openText(folder, path) ?? (await index.read(path)) ?? '';
    return text.split('\n').every((line) => now.includes(line));
  }

  #recentEdits(
    document: PlacedDocument,
    place: ContextPlace,
    log: EditLog,
    budget: number,
  ): readonly PromptSegment[] {
    const { folder } = document;
    const endLine = place.startLine + place.lines.length - 1;
    const request = { path: editKey(document), visible: { startLine: place.startLine, endLine } };
    // What is left out of the index is shown nowhere else.
    const isShown = (path: string): boolean =>
      path === document.path || this.#index.folder(folder)?.index.paths.has(path) === true;
    const all = this.#edits.segments(request, (key) => {
      const [own = '', path = ''] = key.split('\0');
      return own === folder && isShown(path) ? this.#openText(own, path) : null;
    });
    const edits = all.map((edit) => ({ ...edit, path: edit.path.slice(folder.length + 1) }));
    return log.update({ ...request, path: document.path }, edits, budget, this.#counts.count);
  }

  #entry({ document }: ContextDocument): Entry {
    const entry = this.#entries.get(document) ?? {
      stale: true,
      facts: null,
      importsKey: '',
      targets: [],
      assembler: new Assembler(),
      definition: new SteadyDefinition(),
      edits: new EditLog(),
      indexEpoch: '',
    };
    this.#entries.delete(document);
    this.#entries.set(document, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size > mostDocuments) this.#entries.delete(oldest);
    }
    return entry;
  }
}

function packOptions(budget: number, count: TokenCount): PackOptions {
  return { budget, count, quotas: { file: budget * ownShare, usage: budget * usageShare } };
}

/** The lines that a prompt shows of the window. */
function placeIn(path: string, window: TextWindow, limits: WindowLimits): ContextPlace {
  const { startLine, endLine } = visibleLines(window, limits);
  const { prefix, suffix } = window;
  const before = prefix.split('\n');
  const column = before.at(-1)?.length ?? 0;
  const lines = `${prefix}${suffix}`
    .split('\n')
    .slice(startLine - window.startLine, endLine - window.startLine + 1);
  return { path, lines, startLine, cursor: window.cursorLine - startLine, column };
}

function reportOf(
  groups: readonly ItemGroup[],
  recent: readonly PromptSegment[],
  count: TokenCount,
): Omit<ContextReport, 'ms' | 'index' | 'estimated'> {
  const edits = recent.map((edit) => ({ ...edit, score: 1, why: 'edited lately' }));
  const text = textOf(groups) + recent.map((edit) => `${edit.path}\n${edit.text}\n`).join('');
  const pieces = groups.flatMap(({ items }) => items);
  const segments = [...pieces, ...edits].map(({ kind, path, startLine, endLine, score, why, text: own }) => {
    return {
      kind,
      path,
      startLine,
      endLine,
      tokens: Math.ceil(count(`${own}\n`)),
      score: rounded(score),
      why,
      text: own,
    };
  });
  const tokens = Math.ceil(
    tokensOf(groups, count) +
      recent.reduce((sum, one) => sum + count(`${one.path}\n`) + count(`${one.text}\n`), 0),
  );
  return { tokens, chars: text.length, text, segments };
}

function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000;
}

function isPlaced(document: ContextDocument): document is PlacedDocument {
  const { folder, path } = document;
  return folder !== null && path !== null && !isSecretPath(path);
}

/** Names a document among the edits of all folders. */
function editKey({ folder, path }: PlacedDocument): string {
  return `${folder}\0${path}`;
}

/** The lines of `text` that a change touches, and what it puts there. */
function touchedLines(text: string, { offset, length, text: inserted }: TextChange): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset + length);
  const until = end === -1 ? text.length : end;
  return `${text.slice(start, until)}\n${text.slice(start, offset)}${inserted}${text.slice(offset + length, until)}`;
}
