import type { ServingState } from './serving.ts';

/** What the status bar item says of the server, in a sentence; null where there is nothing to say. */
export function serverLine(state: ServingState): string | null {
  switch (state.kind) {
    case 'off':
    case 'starting':
      return null;
    case 'on':
      return `Other programs of this machine may ask the model at 127.0.0.1:${state.port}.`;
    case 'elsewhere':
      return `Another window serves the model to other programs, at 127.0.0.1:${state.port}.`;
    case 'failed':
      return `The server for other programs does not run. ${state.sentence}`;
  }
}

/** Address and token as the environment of other programs takes them. */
export function environmentText(port: number, token: string): string {
  return `OPENAI_BASE_URL=http://127.0.0.1:${port}/v1\nOPENAI_API_KEY=${token}\n`;
}
