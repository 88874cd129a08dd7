import type { ChatChange } from '../host/chat/chatService.ts';
import { plainDocument, plainText } from './modelsText.ts';
import type { ProgressOutput } from './progressLine.ts';

/** Shows an answer as it comes: its text on standard output, all else on standard error. */
export class ChatOutput {
  readonly #answer: Pick<ProgressOutput, 'write'>;
  readonly #notes: ProgressOutput;
  /** Whether the last line of the answer, or of the notes on a terminal, has no end yet. */
  #open: 'answer' | 'progress' | null = null;

  constructor(
    answer: Pick<ProgressOutput, 'write'> = process.stdout,
    notes: ProgressOutput = process.stderr,
  ) {
    this.#answer = answer;
    this.#notes = notes;
  }

  /** What changed in the chat. */
  show(change: ChatChange): void {
    if (change.type === 'prefill') this.#prefill(change.done, change.total);
    if (change.type !== 'event') return;
    const { event } = change;
    if (event.type === 'wrote' && event.kind === 'text') this.#write(event.text);
    else if (event.type === 'called') this.note(`${event.call.name} ${event.call.arguments}`);
  }

  /** A line of its own for people. */
  note(text: string): void {
    this.end();
    this.#notes.write(`${plainText(text)}\n`);
  }

  /** Ends the line that is open. */
  end(): void {
    if (this.#open === 'answer') this.#answer.write('\n');
    if (this.#open === 'progress') this.#notes.write('\r\u001b[K');
    this.#open = null;
  }

  #write(text: string): void {
    if (this.#open === 'progress') this.end();
    this.#answer.write(plainDocument(text));
    this.#open = text.endsWith('\n') ? null : 'answer';
  }

  /** How far the prompt is read, where somebody waits for it. */
  #prefill(done: number, total: number): void {
    if (this.#notes.isTTY !== true || this.#open === 'answer') return;
    this.#notes.write(`\r\u001b[KReading the question and its code: ${done} of ${total} tokens`);
    this.#open = 'progress';
  }
}
