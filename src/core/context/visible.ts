import { windowTokens, type TextWindow, type WindowLimits } from '../text/window.ts';
import { unitsPerToken } from './items.ts';

/** Shares of the model's window that text before and after the cursor take when there is more of both than fits. */
const beforeShare = 0.5;
const afterShare = 0.2;
const wholeShare = 0.65;

/** The lines of the document that a prompt will show, estimated: a window holds more text than fits. */
export function visibleLines(
  window: TextWindow,
  limits: WindowLimits,
): { startLine: number; endLine: number } {
  const units = windowTokens(limits) * unitsPerToken;
  const { prefix, suffix, startLine, cursorLine, endLine } = window;
  if (prefix.length + suffix.length <= units * wholeShare) return { startLine, endLine };
  const before = prefix.slice(-Math.floor(units * beforeShare));
  const after = suffix.slice(0, Math.floor(units * afterShare));
  return { startLine: cursorLine - lineEnds(before), endLine: cursorLine + lineEnds(after) };
}

function lineEnds(text: string): number {
  return text.split('\n').length - 1;
}
