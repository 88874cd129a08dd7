import type { PullRow } from '../../host/models/modelRows.ts';
import { pullText } from '../../host/models/rowText.ts';

/** What the status bar says of the downloads under way, or null where there is none. `nameOf` names a key's model. */
export function pullsSentence(
  pulls: ReadonlyMap<string, PullRow>,
  nameOf: (key: string) => string,
): string | null {
  const [first] = pulls;
  if (first === undefined) return null;
  if (pulls.size === 1) return `Downloading ${nameOf(first[0])}: ${pullText(first[1])}`;
  return `${pulls.size} downloads: ${pullText(together([...pulls.values()]))}`;
}

/** Several downloads as one: what one of them does not know is not known of all. */
function together(pulls: readonly PullRow[]): PullRow {
  const all = (of: (pull: PullRow) => number | null): number[] | null => {
    const values = pulls.map(of);
    return values.every((value) => value !== null) ? values : null;
  };
  const sum = (values: number[] | null): number | null =>
    values === null ? null : values.reduce((total, value) => total + value, 0);
  const left = all(({ secondsLeft }) => secondsLeft);
  return {
    state: 'running',
    bytes: pulls.reduce((total, { bytes }) => total + bytes, 0),
    total: sum(all(({ total }) => total)),
    bytesPerSecond: sum(all(({ bytesPerSecond }) => bytesPerSecond)),
    secondsLeft: left === null ? null : Math.max(...left),
    problem: null,
  };
}
