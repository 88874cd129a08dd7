import path from 'node:path';
import { Assembler, unitsPerToken } from '../core/context/assembler.ts';
import { EditLog, RecentEdits } from '../core/context/edits.ts';
import { importPaths, isSecretPath } from '../core/context/importPaths.ts';
import { identifiers, importedOutline, ownOutline } from '../core/context/outlineSegments.ts';
import type { Candidate, SegmentRequest, SegmentSource } from '../core/context/types.ts';
import { visibleLines } from '../core/context/visible.ts';
import { segmentBudget } from '../core/prompt/layoutRepository.ts';
import type { PromptSegment } from '../core/prompt/layoutTypes.ts';
import type { ImportedModule } from '../core/syntax/imports.ts';
import { grammarFor } from '../core/syntax/languages.ts';
import type { Definition } from '../core/syntax/outline.ts';
import type { TextChange } from '../core/text/textDocument.ts';
import { windowTokens, type TextWindow, type WindowLimits } from '../core/text/window.ts';
import { ContextFiles } from './contextFiles.ts';
import type { Parsers } from './parsers.ts';

/** Imported files that are read for one document. */
const mostFiles = 16;
/** Documents whose context is kept. */
const mostDocuments = 16;
/** Share of the segments' room that recent edits may take. */
const editShare = 0.2;
/** What is left of the room because estimates may fail. */
const certain = 0.9;

/** What the syntax of a document says about what it defines and needs. */
export interface DocumentFacts {
  readonly definitions: readonly Definition[];
  readonly imports: readonly ImportedModule[];
}

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

interface Looked extends DocumentFacts {
  /** What the document imports; other segments are chosen when it changes. */
  readonly epoch: string;
  readonly document: ContextDocument;
}

interface Entry {
  /** Whether its imports may have changed since its facts were learnt. */
  stale: boolean;
  learnt: Looked | null;
  /** What the segments are made of: the facts whose imports were read. */
  read: { readonly facts: Looked; readonly sources: readonly SegmentSource[] } | null;
  reading: Promise<void> | null;
  readonly assembler: Assembler;
  readonly edits: EditLog;
}

/** What a line that imports something holds, in any of the languages. */
const importWords = /\b(import|from|require|export|use|mod|package|crate)\b/;

/**
 * The segments before a document's own text: what its imports define, the parts of its own outline that the prompt
 * doesn't show, and recent edits. Asking gives what is known at once; what must be read is read in the background and
 * counts from then on, as an epoch of its own.
 */
export class WorkspaceContext {
  readonly #files: ContextFiles;
  readonly #documents: () => Iterable<ContextDocument>;
  readonly #entries = new Map<string, Entry>();
  readonly #edits = new RecentEdits();

  /** `documents` gives the documents that are open now: their text goes before what is on the disk. */
  constructor(parsers: Parsers, documents: () => Iterable<ContextDocument>) {
    this.#documents = documents;
    this.#files = new ContextFiles(parsers, (folder, relative) => this.#open(folder, relative)?.text ?? null);
  }

  /** Takes note of an edit; `document` is as it was before the changes. */
  changed(document: ContextDocument, changes: readonly TextChange[]): void {
    const key = editKey(document);
    if (key !== null) this.#edits.record(key, document.text, changes);
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
    const key = editKey(document);
    if (key !== null) this.#edits.forget(key);
  }

  /** Whether `learn` should be told what the document defines and imports now. */
  wantsFacts(document: ContextDocument): boolean {
    return hasContext(document) && this.#entry(document).stale;
  }

  /** Takes what the document's syntax says now, null without a grammar, and begins to read what it imports. */
  learn(document: ContextDocument, facts: DocumentFacts | null): void {
    if (!hasContext(document)) return;
    const entry = this.#entry(document);
    entry.stale = false;
    if (facts === null) return;
    const epoch = facts.imports.map(({ specifier, names }) => `${specifier} ${names.join(',')}`).join('\n');
    entry.learnt = { ...facts, epoch, document };
    entry.reading ??= this.#read(entry).finally(() => {
      entry.reading = null;
    });
  }

  /** Resolves when everything that is learnt of the document was read. */
  async ready(document: ContextDocument): Promise<void> {
    await this.#entries.get(document.document)?.reading;
  }

  /** What is known now for a cursor in `window`, in at most the share of `limits` that segments may take. */
  segments(document: ContextDocument, window: TextWindow, limits: WindowLimits): readonly PromptSegment[] {
    if (document.path === null || document.folder === null || !hasContext(document)) return [];
    const { read, assembler, edits } = this.#entry(document);
    const room = segmentBudget(windowTokens(limits)) * unitsPerToken * certain;
    const request = {
      path: document.path,
      visible: visibleLines(window, limits),
      cursorLine: window.cursorLine,
    };
    const recent = this.#recentEdits(document.folder, request, edits, room * editShare);
    if (read === null) return recent;
    const candidates = read.sources.flatMap((source) => source.segments(request));
    return [...assembler.assemble(read.facts.epoch, candidates, room * (1 - editShare)), ...recent];
  }

  #recentEdits(
    folder: string,
    request: SegmentRequest,
    log: EditLog,
    budget: number,
  ): readonly PromptSegment[] {
    const keyed = { ...request, path: `${folder}\0${request.path}` };
    const all = this.#edits.segments(keyed, (key) => {
      const [own = '', relative = ''] = key.split('\0');
      return own === folder ? (this.#open(own, relative)?.text ?? null) : null;
    });
    const edits = all.map((edit) => ({ ...edit, path: edit.path.slice(folder.length + 1) }));
    return log.update(request, edits, budget);
  }

  #entry({ document }: ContextDocument): Entry {
    const entry = this.#entries.get(document) ?? {
      stale: true,
      learnt: null,
      read: null,
      reading: null,
      assembler: new Assembler(),
      edits: new EditLog(),
    };
    this.#entries.delete(document);
    this.#entries.set(document, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size > mostDocuments) this.#entries.delete(oldest);
    }
    return entry;
  }

  /** Reads what the newest learnt facts import, until there are no newer ones with other imports. */
  async #read(entry: Entry): Promise<void> {
    for (let { learnt } = entry; learnt !== null; { learnt } = entry) {
      if (learnt.epoch === entry.read?.facts.epoch) return;
      const imported = await this.#imported(learnt);
      const { definitions } = learnt;
      entry.read = {
        facts: learnt,
        sources: [{ segments: (request) => ownOutline(request, definitions) }, { segments: () => imported }],
      };
    }
  }

  async #imported({ document, imports }: Looked): Promise<Candidate[]> {
    const { folder, path: own, languageId, text } = document;
    const language = grammarFor(languageId);
    if (language === null || folder === null || own === null) return [];
    const found = new Map<string, { definitions: readonly Definition[]; names: Set<string> | null }>();
    const take = async (relative: string, names: readonly string[]): Promise<boolean> => {
      const known = found.get(relative);
      const definitions = known?.definitions ?? (await this.#files.definitions(folder, relative));
      if (definitions === null) return false;
      const whole = names.length === 0 || known?.names === null;
      found.set(relative, {
        definitions,
        names: whole ? null : new Set([...(known?.names ?? []), ...names]),
      });
      return true;
    };
    for (const imported of imports) {
      // Rust names what it takes in the path itself.
      const names = language === 'rust' ? [...identifiers(imported.specifier)] : imported.names;
      for (const paths of importPaths(language, own, imported)) {
        for (const relative of paths) {
          if (found.size >= mostFiles || (await take(relative, names))) break;
        }
      }
    }
    if (language === 'go') {
      for (const relative of await this.#package(folder, own)) {
        if (found.size < mostFiles) await take(relative, []);
      }
    }
    const used = identifiers(text);
    return [...found].flatMap(([relative, { definitions, names }]) =>
      importedOutline(relative, definitions, [...(names ?? [])], used),
    );
  }

  /** The other files of a Go file's package; tests only beside tests. */
  async #package(folder: string, own: string): Promise<string[]> {
    const parent = path.posix.dirname(own);
    const names = await this.#files.names(folder, parent);
    return names
      .filter((name) => name.endsWith('.go') && (own.endsWith('_test.go') || !name.endsWith('_test.go')))
      .map((name) => path.posix.join(parent, name))
      .filter((relative) => relative !== own);
  }

  #open(folder: string, relative: string): ContextDocument | null {
    for (const document of this.#documents()) {
      if (document.folder === folder && document.path === relative) return document;
    }
    return null;
  }
}

function hasContext({ folder, path: relative }: ContextDocument): boolean {
  return folder !== null && relative !== null && !isSecretPath(relative);
}

/** Names a document among the edits of all folders. */
function editKey(document: ContextDocument): string | null {
  return hasContext(document) ? `${document.folder}\0${document.path}` : null;
}

/** The lines of `text` that a change touches, and what it puts there. */
function touchedLines(text: string, { offset, length, text: inserted }: TextChange): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const end = text.indexOf('\n', offset + length);
  const until = end === -1 ? text.length : end;
  return `${text.slice(start, until)}\n${text.slice(start, offset)}${inserted}${text.slice(offset + length, until)}`;
}
