import path from 'node:path';
import * as v from 'valibot';
import { asCliError, CliError, exitCode, printJson } from './output.ts';
import { readText } from './position.ts';

/**
 * Answers a file of requests, one line of JSON each, in order, with one line of JSON each; a request that fails gives its
 * error on its line, and the batch goes on. Returns the exit code.
 */
export async function runBatch<Request>(
  file: string,
  schema: v.GenericSchema<unknown, Request>,
  answer: (request: Request) => Promise<unknown>,
): Promise<number> {
  const lines = (await readText(file === '-' ? '-' : path.resolve(file)))
    .split('\n')
    .filter((line) => line.trim() !== '');
  let exit: number = exitCode.done;
  for (const line of lines) {
    try {
      printJson(await answer(parseLine(line, schema)));
    } catch (thrown) {
      const error = asCliError(thrown);
      if (error.exit === exitCode.engineFailed) exit = exitCode.engineFailed;
      printJson({ error: { code: error.code, message: error.message } });
    }
  }
  return exit;
}

function parseLine<Request>(line: string, schema: v.GenericSchema<unknown, Request>): Request {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new CliError('bad-request', `This line is not JSON: ${line.slice(0, 80)}`);
  }
  const parsed = v.safeParse(schema, value);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new CliError('bad-request', `${v.getDotPath(issue) ?? 'request'}: ${issue.message}`);
}
