import type { EngineState } from './state.ts';

/** What tells how an engine is. */
interface Watched {
  readonly state: EngineState;
  onState(listener: (state: EngineState) => void): () => void;
}

/** Waits for the new start that follows a failure, where one does: as long as the back-off, and no longer. */
export async function startedAgain(engine: Watched): Promise<void> {
  const waits = (state: EngineState): boolean => state.kind === 'failed' && state.retryInMs !== null;
  if (!waits(engine.state)) return;
  await new Promise<void>((resolve) => {
    const unheard = engine.onState((state) => {
      if (waits(state)) return;
      unheard();
      resolve();
    });
  });
}
