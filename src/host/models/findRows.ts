import path from 'node:path';
import type { InstalledModel } from '../../models/types.ts';
import type { ModelRow } from './modelRows.ts';

/**
 * The rows that a person means by what was typed, those of the first way of naming that fits: a row's key, a file by any
 * of its paths, a catalogue's `id:quantisation` or the id alone for all of its quantisations, a name as a store has it.
 * None where nothing is named so.
 */
export function findRows(
  name: string,
  rows: readonly ModelRow[],
  installed: readonly InstalledModel[],
): readonly ModelRow[] {
  const at = path.resolve(name);
  const wanted = name.toLowerCase();
  const named = (id: string | null): boolean => {
    const lower = id?.toLowerCase() ?? '';
    return lower === wanted || lower.startsWith(`${wanted}:`);
  };
  const models = new Map(installed.map((model) => [model.path, model]));
  const modelOf = ({ key }: ModelRow): InstalledModel | undefined => models.get(key);
  const ways: ((row: ModelRow) => boolean)[] = [
    ({ key }) => key === name,
    (row) => {
      const model = modelOf(row);
      const others = model?.alsoKnownAs.map((other) => other.path) ?? [];
      return [...(model?.files ?? []), ...others].includes(at);
    },
    (row) => named(row.installed ? (modelOf(row)?.catalogueId ?? null) : row.key),
    (row) => {
      const model = modelOf(row);
      const others = model?.alsoKnownAs.map((other) => other.name) ?? [];
      return (
        model !== undefined && [model.name, row.name, ...others].some((one) => one.toLowerCase() === wanted)
      );
    },
  ];
  return ways.map((way) => rows.filter(way)).find((found) => found.length > 0) ?? [];
}
