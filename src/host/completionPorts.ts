import { setTimeout as sleep } from 'node:timers/promises';
import type { CompletionPorts, SyntaxPlace } from '../core/completion/ports.ts';
import type { EngineClient } from '../engine/client.ts';
import type { WorkspaceClient } from '../workspace/client.ts';

export interface HostParts {
  /** The engine, or the engines of all roles. */
  readonly engine: Pick<EngineClient, 'complete'>;
  readonly workspace: WorkspaceClient;
  /** Names the workspace for as long as it exists, or null where there is none. */
  readonly workspaceId: string | null;
  readonly window: CompletionPorts['window'];
}

/** The completion pipeline's outside as the editor and the command line have it: the worker, the engine, the clock. */
export function completionPorts({ engine, workspace, workspaceId, window }: HostParts): CompletionPorts {
  return {
    window,
    complete: (query, call) => engine.complete({ ...modelParams(query), workspace: workspaceId }, call),
    syntax: {
      end: (place, text, ended) => workspace.end({ ...at(place), text, ended }),
      check: async (place, candidates) => {
        const answer = await workspace.check({ ...at(place), candidates: [...candidates] });
        // What can't be checked any more must not be remembered as good.
        if (answer === 'unknown')
          throw Object.assign(new Error('The document changed.'), { code: 'cancelled' });
        return answer;
      },
    },
    now: () => performance.now(),
    date: () => Date.now(),
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }).catch(() => undefined),
  };
}

/** A place in the words of the worker's protocol. */
function at({ version, ...place }: SyntaxPlace) {
  return { ...place, documentVersion: version };
}

type ModelQuery = Parameters<CompletionPorts['complete']>[0];

/** The query in the shape of the engine's protocol, which knows no read-only arrays. */
function modelParams({ segments, anchors, avoid, ...rest }: ModelQuery) {
  return { ...rest, segments: [...segments], anchors: [...anchors], avoid: [...avoid] };
}
