import type { CompletionPorts, SyntaxPort } from '../core/completion/ports.ts';
import { windowLimits } from '../core/text/window.ts';
import { completionPorts } from '../host/completionPorts.ts';
import { windowOf } from '../workspace/protocol.ts';
import type { Session } from './session.ts';
import type { ReplayClock } from './virtualClock.ts';

/** The completion pipeline's ports over a session: its worker, its engine and the replay's time. */
export function replayPorts(session: Session, contextTokens: number, clock: ReplayClock): CompletionPorts {
  const { engine, workspace } = session;
  const limits = windowLimits(contextTokens);
  const ports = completionPorts({
    engine,
    workspace,
    // What was evaluated for a replay is not kept for the next one, which would start warm.
    workspaceId: null,
    window: async ({ document, version, offset, overlay }) => {
      const request = { document, documentVersion: version, offset, limits };
      const asked = workspace.window(overlay === undefined ? request : { ...request, overlay });
      return windowOf(await clock.outside(asked));
    },
  });
  return {
    ...ports,
    syntax: ports.syntax === null ? null : timeless(ports.syntax, clock),
    now: () => clock.now(),
    date: () => clock.now(),
    sleep: (milliseconds, signal) => clock.sleep(milliseconds, signal),
  };
}

/** The parser's answers, which take none of the replay's time. */
function timeless(syntax: SyntaxPort, clock: ReplayClock): SyntaxPort {
  return {
    end: (place, text, ended) => clock.outside(syntax.end(place, text, ended)),
    check: (place, candidates) => clock.outside(syntax.check(place, candidates)),
  };
}
