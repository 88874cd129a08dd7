import type { FileOutline, SyntaxPort } from '../../core/refactor/ports.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';

/** Texts whose outlines are kept: one refactor asks for the same several times. */
const mostKept = 8;

interface Kept {
  readonly language: string;
  readonly path: string;
  readonly text: string;
  readonly facts: Promise<FileOutline | null>;
}

/** The workspace worker's parser, for texts that are no documents. */
export function syntaxPort(client: Pick<WorkspaceClient, 'ask'>): SyntaxPort {
  let kept: readonly Kept[] = [];
  return {
    facts(language, path, text) {
      const known = kept.find((one) => one.text === text && one.path === path && one.language === language);
      if (known !== undefined) return known.facts;
      const made: Kept = {
        ...{ language, path, text },
        facts: client.ask({ kind: 'parse', language, path, text }),
      };
      kept = [...kept, made].slice(-mostKept);
      // What failed, or took too long, may come out well another time.
      const drop = (): void => void (kept = kept.filter((one) => one !== made));
      made.facts.then((facts) => void (facts === null && drop()), drop);
      return made.facts;
    },
  };
}
