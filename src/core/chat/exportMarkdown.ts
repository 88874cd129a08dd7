import { codeSpan, fenced } from '../text/backticks.ts';
import type { Source } from './context.ts';
import type { AnswerStep, AssistantMessage, Conversation, UserMessage } from './conversation.ts';
import { shownMessages } from './path.ts';
import { placeLabel } from './placeText.ts';

/**
 * The shown messages of a conversation as a Markdown document: title, date and models, then questions and answers with
 * what was thought (folded), looked up and read. `formatDate` gives a time as people read it.
 */
export function exportMarkdown(
  conversation: Conversation,
  formatDate: (milliseconds: number) => string,
): string {
  const messages = shownMessages(conversation);
  const models = messages.flatMap((message) =>
    message.role === 'assistant' && message.request?.model ? [message.request.model] : [],
  );
  const facts = [formatDate(conversation.at), ...new Set(models)];
  const parts = [`# ${escaped(oneLine(conversation.title)) || 'Chat'}`, facts.map(escaped).join(' · ')];
  for (const message of messages) {
    parts.push(...(message.role === 'user' ? question(message) : answer(message)));
  }
  return `${parts.join('\n\n')}\n`;
}

function question({ text, attachments }: UserMessage): string[] {
  const labels = attachments.map(({ label }) => `- ${code(label)}`);
  return ['## Question', whole(text), ...(labels.length > 0 ? [`With:\n\n${labels.join('\n')}`] : [])];
}

function answer({ steps, state, message, request }: AssistantMessage): string[] {
  const sources = request?.sources ?? [];
  const end = message ?? (state === 'stopped' ? 'This answer was stopped.' : null);
  return [
    '## Answer',
    ...steps.map(stepText).filter((part) => part !== ''),
    ...(end === null ? [] : [`*${escaped(oneLine(end))}*`]),
    ...(sources.length === 0 ? [] : [`Sources:\n\n${sources.map(listed).join('\n')}`]),
  ];
}

function listed(source: Source): string {
  return `- ${code(placeLabel(source))}`;
}

function stepText(step: AnswerStep): string {
  switch (step.kind) {
    case 'text':
      return whole(step.text);
    case 'reasoning':
      return step.text.trim() === '' ? '' : details('Reasoning', whole(step.text));
    case 'tool': {
      const { name, arguments: given } = step.call;
      const summary = `${name} ${oneLine(given)}`.trim();
      return details(
        summary,
        step.result === null ? 'No result came.' : fenced(step.result.replace(/\n$/, ''), ''),
      );
    }
  }
}

function details(summary: string, content: string): string {
  const safe = summary.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<details>\n<summary>${safe}</summary>\n\n${content}\n\n</details>`;
}

/** Markdown with every fence closed, and without tags that would end or begin a folded part. */
function whole(text: string): string {
  const lines = text.trim().split('\n');
  let open: string | null = null;
  const safe = lines.map((line) => {
    const fence = /^ {0,3}(`{3,}|~{3,})([^\n]*)$/.exec(line);
    const [, marks = '', info = ''] = fence ?? [];
    if (open === null) {
      if (marks !== '' && !(marks.startsWith('`') && info.includes('`'))) open = marks;
      return line.replaceAll(/<(?=\/?(?:details|summary)\b)/gi, '&lt;');
    }
    if (marks.startsWith(open) && info.trim() === '') open = null;
    return line;
  });
  return [...safe, ...(open === null ? [] : [open])].join('\n');
}

function code(text: string): string {
  return codeSpan(oneLine(text));
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** Text that means itself in Markdown. */
function escaped(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>&]/g, '\\$&');
}
