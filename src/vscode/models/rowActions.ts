import type { ModelRow } from '../../host/models/modelRows.ts';

/** What can be done with a row; a menu entry asks for one of them in its `when` clause. */
export type RowAction =
  | 'useForCompletion'
  | 'useForChat'
  | 'useForBoth'
  | 'inspect'
  | 'reveal'
  | 'delete'
  | 'forget'
  | 'pull'
  | 'pause'
  | 'resume'
  | 'cancel';

/** The actions that make sense for a row as it is. */
export function rowActions(row: ModelRow): RowAction[] {
  const { roles, inUse, pull } = row;
  const usable = row.installed && row.problem === null && pull === null;
  const can = (role: 'completion' | 'chat'): boolean =>
    usable && roles.includes(role) && !inUse.includes(role);
  const actions: readonly (readonly [RowAction, boolean])[] = [
    ['useForCompletion', can('completion')],
    ['useForChat', can('chat')],
    ['useForBoth', usable && roles.length > 1 && inUse.length < roles.length],
    ['inspect', row.installed],
    ['reveal', row.path !== null],
    ['delete', row.installed && row.deletable],
    // What was only listed is taken off the list; other programs' stores are looked through anew each time.
    ['forget', row.installed && !row.deletable && row.source === 'file'],
    ['pull', !row.installed && pull === null],
    ['pause', pull?.state === 'running'],
    ['resume', pull !== null && pull.state !== 'running'],
    ['cancel', pull !== null],
  ];
  return actions.flatMap(([action, possible]) => (possible ? [action] : []));
}

/** A tree item's `contextValue`, in which menus find an action as a whole word. */
export function contextValue(row: ModelRow): string {
  return ['model', ...rowActions(row)].join(' ');
}

/** An icon of VS Code's with the colour it has there, if it has one of its own. */
export interface RowIcon {
  readonly id: string;
  readonly color: string | null;
}

/** What a row's icon says of its state. */
export function rowIcon(row: ModelRow): RowIcon {
  const plain = (id: string): RowIcon => ({ id, color: null });
  const warning = { id: 'warning', color: 'list.warningForeground' };
  if (row.pull?.state === 'running') return plain('loading~spin');
  if (row.pull?.state === 'paused') return plain('debug-pause');
  if (row.pull?.state === 'failed') return warning;
  if (row.problem !== null) return { id: 'error', color: 'list.errorForeground' };
  if (row.inUse.length > 0) return { id: 'check', color: 'charts.green' };
  if (row.fit?.verdict === 'does-not-fit') return plain('circle-slash');
  const tight = row.fit?.verdict === 'tight';
  // The side bar is often too narrow for the words.
  if (!row.installed) return { id: 'cloud-download', color: tight ? warning.color : null };
  return tight ? warning : plain('package');
}
