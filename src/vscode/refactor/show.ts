import * as vscode from 'vscode';
import { isWorking } from '../../core/refactor/lifecycle.ts';
import { plainTitle } from './changeText.ts';
import { FollowedRefactor } from './followed.ts';
import { HunkHover } from './hunkHover.ts';
import { HunkLenses } from './hunkLenses.ts';
import { hunkPlaces } from './hunkPlaces.ts';
import { PreviewTexts, refactorScheme } from './previewTexts.ts';
import type { RefactorShow, ShownRefactor } from './shown.ts';
import { tabsWhere } from './tabs.ts';

/** Shows refactors as they go: highlight, progress, change, offers; and tells menus and keys what there is. */
export class RefactorsShow implements RefactorShow, vscode.Disposable {
  readonly #texts = new PreviewTexts();
  readonly #followed = new Map<number, FollowedRefactor>();
  readonly #lenses: HunkLenses;
  readonly #subscriptions: vscode.Disposable[];
  readonly #contexts = new Map<string, unknown>();
  #status: vscode.StatusBarItem | null = null;
  /** Made with the first refactor: until then no document has anything to hover over. */
  #hover: vscode.Disposable | null = null;
  /** Of those that can be taken back the numbers, in the order in which they were written. */
  readonly #written = new Set<number>();

  constructor() {
    this.#lenses = new HunkLenses(this);
    this.#subscriptions = [
      this.#texts,
      this.#lenses,
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => this.#tabsChanged(closed)),
      vscode.window.tabGroups.onDidChangeTabGroups(() => this.#tabsChanged([])),
    ];
    void this.#closeLeftOver();
  }

  /** What has not ended, the newest last. */
  get all(): readonly FollowedRefactor[] {
    return [...this.#followed.values()];
  }

  follow(refactor: ShownRefactor): void {
    this.#hover ??= HunkHover.register(this);
    this.#followed.get(refactor.id)?.dispose();
    this.#followed.delete(refactor.id);
    const followed = new FollowedRefactor(refactor, this.#texts, () => this.#changed(refactor.id));
    this.#followed.set(refactor.id, followed);
    this.#changed(refactor.id);
  }

  get(id: number): FollowedRefactor | null {
    return this.#followed.get(id) ?? null;
  }

  /** Shows whatever there is of one now. */
  async reveal(id: number): Promise<void> {
    await this.get(id)?.reveal();
  }

  /** The one whose preview the user looks at. */
  get active(): FollowedRefactor | null {
    return this.all.find(({ preview }) => preview.isActive) ?? null;
  }

  /** The one that was written last, of those that can be taken back. */
  get lastWritten(): FollowedRefactor | null {
    return this.get([...this.#written].at(-1) ?? -1);
  }

  /** The one that a document of a preview belongs to. */
  of(uri: vscode.Uri): FollowedRefactor | null {
    return this.all.find(({ preview }) => preview.shows(uri)) ?? null;
  }

  dispose(): void {
    for (const followed of this.all) followed.dispose();
    this.#followed.clear();
    this.#status?.dispose();
    this.#hover?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #changed(id: number): void {
    const followed = this.get(id);
    if (followed?.ended === true) this.#followed.delete(id);
    if (followed?.isWritten === true) this.#written.add(id);
    else this.#written.delete(id);
    this.#refresh();
  }

  #tabsChanged(closed: readonly vscode.Tab[]): void {
    // Most tabs are opened and closed while there is no refactor at all.
    if (this.#followed.size === 0) return;
    for (const followed of this.all) followed.tabsChanged(closed);
    this.#refresh();
  }

  #refresh(): void {
    this.#lenses.refresh();
    const { active, all } = this;
    const open = active?.refactor.files.flatMap(hunkPlaces).filter(({ decision }) => decision === 'open');
    this.#setContext('hearth.refactorPreview', active?.refactor.state ?? '');
    this.#setContext('hearth.refactorSeveralHunks', (open?.length ?? 0) > 1);
    this.#setContext('hearth.refactorOthers', (active?.refactor.others.length ?? 0) > 0);
    this.#setContext('hearth.refactors', all.length > 0);
    const states = all.map(({ refactor }) => refactor.state);
    this.#setContext('hearth.refactorBusy', states.some(isWorking));
    this.#setContext('hearth.refactorUndoable', this.#written.size > 0);
    this.#showWaiting(all.filter(({ waits }) => waits));
  }

  #setContext(key: string, value: unknown): void {
    if (this.#contexts.get(key) === value) return;
    this.#contexts.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }

  /** What waits for a decision and is not seen anywhere. */
  #showWaiting(waiting: readonly FollowedRefactor[]): void {
    const [first] = waiting;
    if (first === undefined) {
      this.#status?.hide();
      return;
    }
    this.#status ??= waitingItem();
    const what =
      waiting.length === 1
        ? `${plainTitle(first.refactor.recipe)} is ready`
        : `${waiting.length} refactors are ready`;
    this.#status.text = `$(diff) ${what}`;
    const command = { title: 'Show', command: 'hearth.refactor.show' };
    // What is written and still watched does not wait, and is nothing to choose here.
    const only = waiting.length === 1 ? [{ id: first.refactor.id }] : [];
    this.#status.command = { ...command, arguments: only };
    this.#status.tooltip = `Hearth: ${what}. Click to see what would change.`;
    this.#status.accessibilityInformation = { label: `Hearth: ${what}. Shows what would change.` };
    this.#status.show();
  }

  /** A window that is opened again has the tabs of refactors that ended with it. */
  async #closeLeftOver(): Promise<void> {
    const tabs = tabsWhere(
      ({ input }) =>
        input instanceof vscode.TabInputTextDiff &&
        input.modified.scheme === refactorScheme &&
        !this.#texts.has(input.modified),
    );
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs, true);
  }
}

function waitingItem(): vscode.StatusBarItem {
  const item = vscode.window.createStatusBarItem('hearth.refactor', vscode.StatusBarAlignment.Left);
  item.name = 'Hearth: Refactor';
  return item;
}
