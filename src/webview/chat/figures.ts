import type { ShownMessage } from '../../core/chat/view.ts';
import { dollars } from '../../core/endpoints/cost.ts';
import { localRoute } from '../../core/endpoints/routing.ts';

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
  const { route } = message;
  const model = message.model === null ? [] : [message.model];
  const short =
    route === '' || route === localRoute
      ? [...model, ...speedFigures(message)]
      : [...model, route, ...awayFigures(message)];
  return { short: short.join(' · '), long: longFigures(message).join(' ') };
}

/** Of an answer of the model on this machine: how fast it was. */
function speedFigures({ tokens, times }: ShownMessage): readonly string[] {
  if (times === null || tokens === null || tokens.generated === 0) return [];
  const speed = tokensPerSecond(tokens.generated, times.total - times.firstToken);
  return [`${duration(times.firstToken)} to first token`, ...(speed === null ? [] : [`${speed} tokens/s`])];
}

/** Of an answer of an endpoint: how much was asked and answered, what it cost, and what was kept here. */
function awayFigures({ tokens, sent }: ShownMessage): readonly string[] {
  return [
    ...(tokens === null ? [] : [`${grouped(tokens.prompt)} + ${grouped(tokens.generated)} tokens`]),
    ...(sent?.dollars == null ? [] : [dollars(sent.dollars)]),
    ...(sent === null || sent.redactions === 0 ? [] : [secretsKept(sent.redactions)]),
  ];
}

function longFigures({ tokens, times, sent, route }: ShownMessage): readonly string[] {
  return [
    ...(sent === null ? [] : [`Sent to ${route}.`]),
    ...(tokens === null
      ? []
      : [
          `Prompt: ${grouped(tokens.prompt)} tokens, ${grouped(tokens.reused)} of them known from before.`,
          `Answer: ${grouped(tokens.generated)} tokens.`,
        ]),
    ...(sent === null
      ? []
      : [sent.dollars === null ? 'The price is not known.' : `Cost: ${dollars(sent.dollars)}.`]),
    ...(sent === null || sent.redactions === 0
      ? []
      : [`${secretsKept(sent.redactions)} before it was sent.`]),
    ...(times === null ? [] : [...waited(times.queue), `In all ${duration(times.total)}.`]),
  ];
}

function secretsKept(count: number): string {
  return `${grouped(count)} ${count === 1 ? 'secret' : 'secrets'} replaced`;
}

function waited(queue: number): readonly string[] {
  return queue >= 50 ? [`Waited ${duration(queue)} for its turn.`] : [];
}

/** The first token comes with the prompt, so it does not count; null where there is nothing to measure. */
function tokensPerSecond(tokens: number, ms: number): string | null {
  if (tokens < 2 || ms <= 0) return null;
  const speed = ((tokens - 1) * 1000) / ms;
  return speed < 10 ? speed.toFixed(1) : grouped(speed);
}
