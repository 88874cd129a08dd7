/** Entry point of the command line. */
import { completeArguments, contextArguments, doctorArguments, replayArguments } from './arguments.ts';
import { runChat } from './chat.ts';
import { chatArguments } from './chatArguments.ts';
import { runComplete } from './complete.ts';
import { runContext } from './context.ts';
import { runDoctor } from './doctor.ts';
import { helpFor } from './help.ts';
import { runImport } from './import.ts';
import { importArguments } from './importArguments.ts';
import { runModels } from './models.ts';
import { modelsArguments } from './modelsArguments.ts';
import { nodeProblem } from './nodeVersion.ts';
import { asCliError, CliError, exitCode, printJson, printNote } from './output.ts';
import { runRefactorCommand } from './refactor.ts';
import { refactorArguments } from './refactorArguments.ts';
import { runReplay } from './replay.ts';
import { runServe } from './serve.ts';
import { serveArguments } from './serveArguments.ts';
import { openSession, type Session } from './session.ts';

declare const HEARTH_VERSION: string;

async function run(args: string[]): Promise<number> {
  const problem = nodeProblem(process.versions.node);
  if (problem !== null) throw new CliError('node', problem);
  const help = helpFor(args);
  if (help !== null) {
    process.stdout.write(`${help}\n`);
    return exitCode.done;
  }
  const [command, ...rest] = args;
  switch (command) {
    case 'complete': {
      const options = completeArguments(rest);
      return withSession(options, (session) => runComplete(options, session));
    }
    case 'context': {
      const options = contextArguments(rest);
      return withSession(options, (session) => runContext(options, session));
    }
    case 'replay': {
      const options = replayArguments(rest);
      return withSession(options, (session) => runReplay(options, session));
    }
    case 'chat': {
      const options = chatArguments(rest);
      return withSession(options, (session) => runChat(options, session));
    }
    case 'refactor': {
      const options = refactorArguments(rest);
      return withSession(options, (session) => runRefactorCommand(options, session));
    }
    case 'doctor': {
      const options = doctorArguments(rest);
      return withSession(options, (session) => runDoctor(options, session));
    }
    case 'serve':
      return runServe(serveArguments(rest));
    case 'import':
      return runImport(importArguments(rest));
    case 'models':
      return runModels(modelsArguments(rest));
    case '--version':
      process.stdout.write(`${HEARTH_VERSION}\n`);
      return exitCode.done;
    case undefined:
    default: {
      const none = command === undefined || command.startsWith('-');
      const what = none ? 'No command was given' : `There is no command ${JSON.stringify(command)}`;
      throw new CliError(
        'usage',
        `${what}; there are: complete, context, replay, chat, refactor, serve, import, doctor, models. Run "hearth help" for more.`,
      );
    }
  }
}

async function withSession(
  options: { model: string | null; verbose: boolean; workspace: string },
  use: (session: Session) => Promise<number>,
): Promise<number> {
  const session = openSession(options);
  try {
    return await use(session);
  } finally {
    await session.dispose();
  }
}

const args = process.argv.slice(2);
try {
  process.exitCode = await run(args);
} catch (thrown) {
  const error = asCliError(thrown);
  if (args.includes('--json')) printJson({ error: { code: error.code, message: error.message } });
  else printNote(error.message);
  process.exitCode = error.exit;
}
