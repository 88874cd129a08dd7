/** The words of an answer in the conversation that a process writes until it is killed: about 200 kB of them. */
export function storedAnswer(turn: number): string[] {
  return Array.from({ length: 40 }, (_, at) => `${String(turn % 10).repeat(5000)} ${at} `);
}
