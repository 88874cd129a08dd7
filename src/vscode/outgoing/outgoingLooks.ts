import * as vscode from 'vscode';
import type { ConsentAnswer } from '../../core/endpoints/outgoing.ts';
import type { OutgoingPage, PageSpan } from '../../core/endpoints/outgoingPage.ts';
import { outgoingScheme, type PendingPreview } from './pending.ts';
import { answerCommands, answerWords } from './outgoingText.ts';

/** Finds what a document shows. */
export interface PreviewFinder {
  find(uri: vscode.Uri): PendingPreview | null;
  /** The address of a file of the workspace; null: there is none. */
  uriOf(path: string): vscode.Uri | null;
}

const icons: Readonly<Record<ConsentAnswer, string>> = {
  once: 'check',
  always: 'check-all',
  never: 'circle-slash',
  cancelled: 'close',
};

/** What makes the document easy to read: answers above it, links to files, a fold for each message, and emphasis. */
export class OutgoingLooks
  implements
    vscode.CodeLensProvider,
    vscode.DocumentLinkProvider,
    vscode.FoldingRangeProvider,
    vscode.Disposable
{
  readonly #previews: PreviewFinder;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeCodeLenses = this.#changed.event;
  readonly #title = decoration({ fontWeight: 'bold' });
  readonly #label = decoration({ color: new vscode.ThemeColor('descriptionForeground') });
  readonly #rule = decoration({ color: new vscode.ThemeColor('textLink.foreground'), fontWeight: 'bold' });
  readonly #mark = decoration({
    backgroundColor: new vscode.ThemeColor('editor.findMatchHighlightBackground'),
    border: '1px solid',
    borderColor: new vscode.ThemeColor('editor.findMatchHighlightBorder'),
    overviewRulerColor: new vscode.ThemeColor('editorOverviewRuler.findMatchForeground'),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  });

  constructor(previews: PreviewFinder) {
    this.#previews = previews;
    const selector = { scheme: outgoingScheme };
    this.#subscription = vscode.Disposable.from(
      vscode.languages.registerCodeLensProvider(selector, this),
      vscode.languages.registerDocumentLinkProvider(selector, this),
      vscode.languages.registerFoldingRangeProvider(selector, this),
      vscode.window.onDidChangeVisibleTextEditors(() => this.refresh()),
      ...[this.#changed, this.#title, this.#label, this.#rule, this.#mark],
    );
  }

  /** Shows what there is now. */
  refresh(): void {
    this.#changed.fire();
    for (const editor of vscode.window.visibleTextEditors) {
      const preview = this.#previews.find(editor.document.uri);
      if (preview !== null) this.#emphasise(editor, preview.page);
    }
  }

  provideCodeLenses({ uri }: vscode.TextDocument): vscode.CodeLens[] {
    const preview = this.#previews.find(uri);
    if (preview === null) return [];
    const answers = Object.keys(answerWords) as ConsentAnswer[];
    return answers.map(
      (answer) =>
        new vscode.CodeLens(new vscode.Range(0, 0, 0, 0), {
          title: `$(${icons[answer]}) ${answerWords[answer]}`,
          command: answerCommands[answer],
          arguments: [uri],
        }),
    );
  }

  provideDocumentLinks({ uri }: vscode.TextDocument): vscode.DocumentLink[] {
    const links = this.#previews.find(uri)?.page.links ?? [];
    return links.flatMap(({ place, ...span }) => {
      const file = this.#previews.uriOf(place.path);
      if (file === null) return [];
      const lines = place.endLine === 0 ? '' : `L${place.startLine},1`;
      const link = new vscode.DocumentLink(rangeOf(span), file.with({ fragment: lines }));
      link.tooltip = 'Opens the file';
      return [link];
    });
  }

  provideFoldingRanges({ uri }: vscode.TextDocument): vscode.FoldingRange[] {
    const sections = this.#previews.find(uri)?.page.sections ?? [];
    return sections.map(({ heading, last }) => new vscode.FoldingRange(heading, last));
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  #emphasise(editor: vscode.TextEditor, { title, labels, marks, sections, end }: OutgoingPage): void {
    const { document } = editor;
    const lineRange = (line: number): vscode.Range =>
      document.lineAt(Math.min(line, document.lineCount - 1)).range;
    editor.setDecorations(this.#title, [lineRange(title)]);
    editor.setDecorations(this.#label, labels.map(rangeOf));
    editor.setDecorations(this.#rule, [...sections.map(({ heading }) => heading), end].map(lineRange));
    editor.setDecorations(this.#mark, marks.map(rangeOf));
  }
}

function decoration(look: vscode.DecorationRenderOptions): vscode.TextEditorDecorationType {
  return vscode.window.createTextEditorDecorationType(look);
}

function rangeOf({ line, start, end }: PageSpan): vscode.Range {
  return new vscode.Range(line, start, line, end);
}
