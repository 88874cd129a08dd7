import type { AnswerStep } from '../conversation.ts';
import { answerMessages } from '../path.ts';
import { saying, fitFindings, type ToolResult } from '../toolFindings.ts';
import { runTool, type ToolPorts } from '../tools.ts';
import type { ChatMessage, ToolCall, ToolDefinition } from '../types.ts';
import type { Counter } from '../questionFit.ts';

/** Calls that one answer may make, and how often the same one. */
const mostCalls = 8;
const mostAlike = 2;

/** Fewest tokens in which a result says anything. */
const leastResult = 24;
/** What one result may take of the window: this part of it. */
const resultShare = 8;

/** The room that results have. */
export interface ResultRoom {
  readonly counter: Counter;
  readonly tools: readonly ToolDefinition[];
  readonly contextTokens: number;
  readonly windowSetting: string;
  readonly answerTokens: number;
}

/** The tools of one answer: runs calls as long as they keep to the limits, and knows when no more may be made. */
export class ToolLoop {
  readonly #ports: ToolPorts;
  readonly #room: ResultRoom;
  readonly #alike = new Map<string, number>();
  #calls = 0;
  /** Why no more calls are made, in a sentence; null while they are. */
  ended: string | null = null;

  constructor(ports: ToolPorts, room: ResultRoom) {
    this.#ports = ports;
    this.#room = room;
  }

  /** Tokens that each result of these calls may have, after the messages before the answer and its steps so far. */
  async roomFor(
    before: readonly ChatMessage[],
    steps: readonly AnswerStep[],
    calls: readonly ToolCall[],
  ): Promise<number> {
    const { counter, tools, contextTokens, answerTokens } = this.#room;
    const withEmpty = steps.map((step) =>
      step.kind === 'tool' && step.result === null ? { ...step, result: '' } : step,
    );
    const tokens = await counter.countPrompt([...before, ...answerMessages(withEmpty)], tools);
    const left = contextTokens - answerTokens - tokens;
    return Math.min(Math.floor(contextTokens / resultShare), Math.floor(left / Math.max(1, calls.length)));
  }

  /** The result of a call, in at most about `room` tokens; never rejects because of the call. */
  async run(call: ToolCall, room: number): Promise<ToolResult> {
    const refusal = this.#refusal(call, room);
    if (refusal !== null) {
      this.ended ??= refusal.why;
      return saying(refusal.result).give(1);
    }
    const findings = await runTool(call, this.#ports);
    return fitFindings(findings, room, (texts) => this.#room.counter.countTexts(texts));
  }

  /** What stands against a call: what the user is told, and what the model is told. */
  #refusal(call: ToolCall, room: number): { why: string; result: string } | null {
    if (room < leastResult)
      return {
        why: `The model's window had no room for more of what the tools give: raise ${this.#room.windowSetting}, or ask in a new chat.`,
        result: 'Not called: no room.',
      };
    this.#calls += 1;
    if (this.#calls > mostCalls)
      return {
        why: `The tools were called ${mostCalls} times, the most for one answer: ask on for more.`,
        result: 'Not called: that were too many calls. Answer now.',
      };
    const key = `${call.name} ${call.arguments.trim()}`;
    const alike = (this.#alike.get(key) ?? 0) + 1;
    this.#alike.set(key, alike);
    if (alike <= mostAlike) return null;
    return {
      why: `The model called ${call.name} in the same way again and again, so the tools were taken from it.`,
      result: 'Not called: you have its result already. Answer now.',
    };
  }
}
