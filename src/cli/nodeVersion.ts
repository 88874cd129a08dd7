/** The first version of Node that has all that the command line uses: that of the editors which Hearth runs in. */
const leastNode = 22;

/** Why a version of Node (`22.3.0`) can't run the command line, in a sentence; null where it can. */
export function nodeProblem(version: string): string | null {
  if (Number.parseInt(version, 10) >= leastNode) return null;
  return `Hearth needs Node ${leastNode} or newer, and this is Node ${version}: run it with another one.`;
}
