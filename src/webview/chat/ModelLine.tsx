import type { ModelStatus } from '../../core/chat/view.ts';
import { Icon } from './icons.tsx';
import { usePage } from './page.ts';

const states: Readonly<Record<ModelStatus['state'], string>> = {
  none: 'No chat model',
  loading: 'Loading the model…',
  ready: 'Ready',
  failed: 'The model failed',
  off: 'Hearth is off',
};

/** The model that would answer, in a few words below the box. */
export function ModelLine({ status }: { readonly status: ModelStatus | null }) {
  if (status === null) return null;
  const words = status.state === 'ready' || status.state === 'loading' ? status.name : null;
  const title = [status.name, status.message ?? states[status.state]]
    .filter((part) => part !== null)
    .join(': ');
  return (
    <span class={`model-line ${status.state}`} title={title}>
      <span class="model-dot" aria-hidden="true" />
      <span class="visually-hidden">Model: {states[status.state]}. </span>
      <span class="model-name">{words ?? states[status.state]}</span>
    </span>
  );
}

/** What there is to say of the model that would answer, with what helps; nothing where it is ready and well. */
export function ModelCard({ status }: { readonly status: ModelStatus | null }) {
  const { send } = usePage();
  if (status === null) return null;
  if ((status.state === 'ready' || status.state === 'loading') && status.message === null) return null;
  return (
    <section class={`model-card ${status.state}`} aria-label="Model">
      <Icon name={status.state === 'failed' ? 'problems' : 'info'} />
      <div>
        <p class="model-title">
          {status.state === 'ready' ? (status.name ?? states.ready) : states[status.state]}
        </p>
        {status.message !== null && <p>{status.message}</p>}
        {status.message === null && status.state === 'none' && (
          <p>
            The model that comes with Hearth only completes code. Until there is a chat model, answers show
            what was found in your workspace.
          </p>
        )}
        <div class="buttons">
          {status.actions.map(({ label, command }, at) => (
            <button
              type="button"
              key={command}
              class={at === 0 ? 'button' : 'button secondary'}
              onClick={() => send({ type: 'command', command })}
            >
              {label}
            </button>
          ))}
        </div>
      </div>
    </section>
  );
}
