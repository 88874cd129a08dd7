import type { SyntaxPort } from '../../core/refactor/ports.ts';
import type { WorkspaceClient } from '../../workspace/client.ts';

/** The workspace worker's parser, for texts that are no documents. */
export function syntaxPort(client: Pick<WorkspaceClient, 'ask'>): SyntaxPort {
  return { facts: (language, path, text) => client.ask({ kind: 'parse', language, path, text }) };
}
