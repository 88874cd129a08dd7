/** What extensions are told of a tab. */
export interface TabLook {
  readonly label: string;
  /** Address of what a comparison of two documents has on its right; null: the tab is none. */
  readonly modified: string | null;
}

/** What the tab of a preview is known by. */
export interface OwnTab {
  /** Addresses of the documents that the preview made: each has the number of its refactor. */
  readonly documents: readonly string[];
  /** Title of the comparison of several files, of which extensions are told no address; '' while there is none. */
  readonly title: string;
}

/** Whether a tab is that of a preview. Titles say nothing where there are addresses: other previews have the same. */
export function isOwnTab({ label, modified }: TabLook, { documents, title }: OwnTab): boolean {
  return modified === null ? title !== '' && isTitled(label, title) : documents.includes(modified);
}

/** A title that no tab has yet: this one, else with a number behind it. */
export function freeTitle(title: string, labels: readonly string[]): string {
  const isFree = (one: string): boolean => !labels.some((label) => isTitled(label, one));
  let free = title;
  for (let number = 2; !isFree(free); number += 1) free = `${title} ${number}`;
  return free;
}

/** VS Code puts the number of files behind the title, as in "Title (2 files)". */
function isTitled(label: string, title: string): boolean {
  return label === title || label.startsWith(`${title} (`);
}
