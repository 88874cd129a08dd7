import type { TemplateMessage } from './messages.ts';

/** Texts of ChatML's control tokens. */
export const chatmlTokens = { start: '<|im_start|>', end: '<|im_end|>' } as const;

/** A conversation in ChatML (OpenAI's, and Qwen's), without tools, up to where an answer begins. */
export function renderChatml(messages: readonly TemplateMessage[]): string {
  const { start, end } = chatmlTokens;
  const said = messages.map(({ role, content }) => `${start}${role}\n${content}${end}\n`);
  return `${said.join('')}${start}assistant\n`;
}

const headings = { system: '', user: '### Question:\n', tool: '### Question:\n', assistant: '### Answer:\n' };

/** Where a model that writes under headings has begun with something else than its answer. */
export const headingStops: readonly string[] = ['\n### Question:', '\n### Answer:'];

/** The same under headings, for a model of which nothing is known. */
export function renderHeadings(messages: readonly TemplateMessage[]): string {
  const said = messages.map(({ role, content }) => `${headings[role]}${content}\n\n`);
  return said.join('') + headings.assistant;
}
