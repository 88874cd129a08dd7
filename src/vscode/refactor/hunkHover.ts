import * as vscode from 'vscode';
import { codeSchemes } from './codeSchemes.ts';
import type { FollowedRefactor } from './followed.ts';
import { hunkAt, hunkPlaces, type HunkPlace } from './hunkPlaces.ts';
import type { Previews } from './hunkLenses.ts';
import { plainTitle } from './changeText.ts';
import { refactorScheme } from './previewTexts.ts';

const commands = ['acceptHunk', 'refuseHunk', 'accept', 'refuse'].map((one) => `hearth.refactor.${one}`);

/** What can be done with a change, where the mouse rests on its lines in a preview, on either side. */
export class HunkHover implements vscode.HoverProvider {
  readonly #previews: Previews;

  private constructor(previews: Previews) {
    this.#previews = previews;
  }

  static register(previews: Previews): vscode.Disposable {
    const selector = [refactorScheme, ...codeSchemes].map((scheme) => ({ scheme }));
    return vscode.languages.registerHoverProvider(selector, new HunkHover(previews));
  }

  provideHover({ uri }: vscode.TextDocument, { line }: vscode.Position): vscode.Hover | undefined {
    const followed = this.#previews.of(uri);
    const found = followed?.preview.sideOf(uri);
    if (followed == null || found == null) return undefined;
    const places = hunkPlaces(found.file);
    const place = hunkAt(places, found.side, line);
    if (place === null) return undefined;
    return new vscode.Hover(hoverText(followed, place, places.length));
  }
}

function hoverText({ refactor }: FollowedRefactor, place: HunkPlace, count: number): vscode.MarkdownString {
  const text = new vscode.MarkdownString('', true);
  text.isTrusted = { enabledCommands: commands };
  const which = count > 1 ? `, change ${place.index + 1} of ${count}` : '';
  text.appendText(`Hearth: ${plainTitle(refactor.recipe)}${which}`);
  if (refactor.state === 'ready') text.appendMarkdown(`\n\n${links(refactor.id, place, count)}`);
  for (const sentence of [refactor.message, ...refactor.notes]) {
    if (sentence === null) continue;
    text.appendMarkdown('\n\n');
    text.appendText(sentence);
  }
  return text;
}

function links(id: number, { index, decision }: HunkPlace, count: number): string {
  const link = (label: string, command: string, said: object): string =>
    `[${label}](command:hearth.refactor.${command}?${encodeURIComponent(JSON.stringify([said]))})`;
  const hunk = { id, hunk: index };
  const isAccepted = decision === 'accepted';
  const ofHunk = [
    ...(isAccepted ? ['Accepted'] : [link('$(check) Accept', 'acceptHunk', hunk)]),
    link(isAccepted ? '$(close) Refuse Instead' : '$(close) Refuse', 'refuseHunk', hunk),
  ];
  const ofAll = [
    link('$(check-all) Accept All', 'accept', { id }),
    link('$(close-all) Refuse All', 'refuse', { id }),
  ];
  return [...ofHunk, ...(count > 1 ? ofAll : [])].join(' &nbsp; ');
}
