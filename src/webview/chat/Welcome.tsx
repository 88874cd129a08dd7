import type { ModelStatus } from '../../core/chat/view.ts';
import { Icon, type IconName } from './icons.tsx';
import { ModelCard } from './ModelLine.tsx';
import { usePage } from './page.ts';

const examples: readonly { readonly icon: IconName; readonly label: string; readonly text: string }[] = [
  { icon: 'book', label: 'Explain the selected code', text: '/explain ' },
  { icon: 'check', label: 'Write tests for this file', text: '/tests ' },
  { icon: 'workspace', label: 'Ask about the workspace', text: '@workspace ' },
];

/** What an empty chat shows: what it is for, three beginnings, and how the model is. */
export function Welcome({ model }: { readonly model: ModelStatus | null }) {
  const { dispatch } = usePage();
  return (
    <div class="conversation">
      <div class="welcome">
        <Icon name="flame" />
        <h2>Ask about your code</h2>
        <p>Answers come from a model of your choice and name the lines they rest on.</p>
        <ul class="examples" aria-label="Examples">
          {examples.map(({ icon, label, text }) => (
            <li key={text}>
              <button type="button" class="example" onClick={() => dispatch({ type: 'compose', text })}>
                <Icon name={icon} />
                <span>{label}</span>
                <kbd>{text.trim()}</kbd>
              </button>
            </li>
          ))}
        </ul>
        <ModelCard status={model} />
      </div>
    </div>
  );
}
