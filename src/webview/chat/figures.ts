import type { ShownMessage } from '../../core/chat/view.ts';

/** A number with commas between its thousands. */
export function grouped(number: number): string {
  return Math.round(number).toLocaleString('en-US');
}

/** Milliseconds as people say them: `240 ms`, `1.4 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Characters as a size that is easy to grasp. */
export function characters(count: number): string {
  if (count < 10_000) return `${grouped(count)} characters`;
  return count < 1_000_000
    ? `${grouped(count / 1000)},000 characters`
    : `${(count / 1e6).toFixed(1)} million characters`;
}

/** What stands discreetly below an answer, and its longer form; empty where nothing is known. */
export function answerFigures(message: ShownMessage): { readonly short: string; readonly long: string } {
  const short: string[] = [];
  const long: string[] = [];
  const { tokens, times } = message;
  if (message.model !== null) short.push(message.model);
  if (message.route !== '' && message.route !== 'local') short.push(message.route);
  if (times !== null && tokens !== null && tokens.generated > 0) {
    short.push(`${duration(times.firstToken)} to first token`);
    const speed = tokensPerSecond(tokens.generated, times.total - times.firstToken);
    if (speed !== null) short.push(`${speed} tokens/s`);
  }
  if (tokens !== null) {
    long.push(
      `Prompt: ${grouped(tokens.prompt)} tokens, ${grouped(tokens.reused)} of them known from before.`,
      `Answer: ${grouped(tokens.generated)} tokens.`,
    );
  }
  if (times !== null) {
    if (times.queue >= 50) long.push(`Waited ${duration(times.queue)} for its turn.`);
    long.push(`In all ${duration(times.total)}.`);
  }
  return { short: short.join(' · '), long: long.join(' ') };
}

/** The first token comes with the prompt, so it does not count; null where there is nothing to measure. */
function tokensPerSecond(tokens: number, ms: number): string | null {
  if (tokens < 2 || ms <= 0) return null;
  const speed = ((tokens - 1) * 1000) / ms;
  return speed < 10 ? speed.toFixed(1) : grouped(speed);
}
