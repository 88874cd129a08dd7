import type { ModelRow, PullRow } from '../../host/models/modelRows.ts';

/** The parts of the list, in the order in which they are shown. */
export const groupIds = ['in-use', 'installed', 'downloads', 'available'] as const;
export type GroupId = (typeof groupIds)[number];

/** What each part is called. */
export const groupLabels: Readonly<Record<GroupId, string>> = {
  'in-use': 'In Use',
  installed: 'Installed',
  downloads: 'Downloads',
  available: 'Available',
};

export interface GroupNode {
  readonly kind: 'group';
  readonly id: GroupId;
}

export interface RowNode {
  readonly kind: 'row';
  readonly group: GroupId;
  readonly key: string;
}

export type ModelNode = GroupNode | RowNode;

/** The one part that a row stands in. */
export function groupOf(row: ModelRow): GroupId {
  if (row.inUse.length > 0) return 'in-use';
  if (row.pull !== null) return 'downloads';
  return row.installed ? 'installed' : 'available';
}

/**
 * The list of models as a tree. Its nodes stay the same objects for as long as their row is in its part, so that one of
 * them can be shown anew.
 */
export class ModelTree {
  readonly #groups = groupIds.map((id): GroupNode => ({ kind: 'group', id }));
  /** By key; the service's rows with what is known of downloads since. */
  #rows = new Map<string, ModelRow>();
  #nodes = new Map<string, RowNode>();

  /** Takes all rows anew. */
  setRows(rows: readonly ModelRow[], pulls: ReadonlyMap<string, PullRow>): void {
    const known = this.#nodes;
    this.#rows = new Map(rows.map((row) => [row.key, withPull(row, pulls.get(row.key))]));
    this.#nodes = new Map();
    for (const [key, row] of this.#rows) {
      const group = groupOf(row);
      const node = known.get(key);
      this.#nodes.set(key, node?.group === group ? node : { kind: 'row', group, key });
    }
  }

  /** Takes how far a download is, and says what is to be shown anew; null: there is no such row yet. */
  setPull(key: string, pull: PullRow): RowNode | 'all' | null {
    const row = this.#rows.get(key);
    if (row === undefined) return null;
    const changed = { ...row, pull };
    this.#rows.set(key, changed);
    const node = this.#nodes.get(key);
    if (node?.group === groupOf(changed)) return node;
    this.#nodes.set(key, { kind: 'row', group: groupOf(changed), key });
    return 'all';
  }

  /** The parts that have rows. */
  get groups(): GroupNode[] {
    const filled = new Set([...this.#nodes.values()].map(({ group }) => group));
    return this.#groups.filter(({ id }) => filled.has(id));
  }

  /** The rows of a part, in the service's order. */
  children({ id }: GroupNode): RowNode[] {
    return [...this.#rows.keys()].flatMap((key) => {
      const node = this.#nodes.get(key);
      return node?.group === id ? [node] : [];
    });
  }

  node(key: string): RowNode | undefined {
    return this.#nodes.get(key);
  }

  row(key: string): ModelRow | undefined {
    return this.#rows.get(key);
  }

  get rows(): ModelRow[] {
    return [...this.#rows.values()];
  }
}

function withPull(row: ModelRow, pull: PullRow | undefined): ModelRow {
  return pull === undefined ? row : { ...row, pull };
}
