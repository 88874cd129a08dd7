/** A reporter for `node --test` that writes one line of JSON per test: name, file, outcome, milliseconds. */
import type { TestEvent } from 'node:test/reporters';

export interface ReportedTest {
  readonly name: string;
  readonly file: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly ms: number;
  /** The first lines of what failed; left out where nothing did. */
  readonly error?: string;
}

/** Lines of an error that are repeated at the end, and the most units of one. */
const errorLines = 12;
const lineUnits = 300;

export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    // A suite is as good as its tests; counting both would count each failure twice.
    if (data.details.type === 'suite') continue;
    const skipped = Boolean(data.skip) || Boolean(data.todo);
    const test: ReportedTest = {
      name: data.name,
      file: data.file ?? '',
      outcome: skipped ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed',
      ms: Math.round(data.details.duration_ms),
      ...(type === 'test:fail' ? { error: errorText(data.details.error) } : {}),
    };
    yield `${JSON.stringify(test)}\n`;
  }
}

/** What a test failed with, and what that was caused by, without node:test's own wrapping of it. */
function errorText(error: Error): string {
  const messages: string[] = [];
  let cause: unknown = error.cause ?? error;
  while (cause instanceof Error) {
    messages.push(cause.message);
    ({ cause } = cause);
  }
  if (messages.length === 0) messages.push(error.message);
  const lines = messages.flatMap((message) => message.split('\n')).filter((line) => line.trim() !== '');
  return lines
    .slice(0, errorLines)
    .map((line) => line.slice(0, lineUnits))
    .join('\n');
}
