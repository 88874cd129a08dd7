import type { StoredModel } from '../../models/types.ts';
import { serverProposal } from './proposals.ts';
import type { ImportProposal } from './types.ts';

/** Models that a program keeps on this disk. */
export interface StoreFound {
  readonly folder: string;
  /** Those that are whole. */
  readonly models: readonly Pick<StoredModel, 'name' | 'expectedBytes'>[];
}

const usesFiles = ({ length }: StoreFound['models']): string =>
  `Hearth can use its ${length === 1 ? 'model' : `${length} models`} without it too, from the list of models.`;

/**
 * What is proposed where Ollama keeps models here: the largest of them, since hard questions are what it is for. `host`:
 * its variable OLLAMA_HOST. No server is asked.
 */
export function ollamaProposal({ folder, models }: StoreFound, host: string | undefined): ImportProposal {
  const [largest] = [...models].sort((a, b) => (b.expectedBytes ?? 0) - (a.expectedBytes ?? 0));
  const other = models.length > 1 ? ' It has others: name another in the entry if you like.' : '';
  return serverProposal({
    source: 'ollama',
    from: folder,
    name: 'Ollama',
    address: ollamaAddress(host),
    api: 'ollama',
    model: largest?.name ?? '',
    roles: ['hard'],
    note: `${usesFiles(models)}${other}`,
  });
}

/**
 * The same for LM Studio, at the port that its server usually has. What that calls a model does not follow from the
 * names of its files, so none is named.
 */
export function lmStudioProposal({ folder, models }: StoreFound): ImportProposal {
  return serverProposal({
    source: 'lm-studio',
    from: folder,
    name: 'LM Studio',
    address: 'http://127.0.0.1:1234',
    api: 'openai',
    model: '',
    roles: ['hard'],
    note: `${usesFiles(models)} Its server must be turned on, and may have another port. Name the model in the entry where it has several.`,
  });
}

/** Where Ollama listens, as its variable says: `host`, `host:port`, `:port` or a whole address (docs/faq of ollama/ollama). */
function ollamaAddress(host: string | undefined): string {
  const text = host?.trim() ?? '';
  const usual = 'http://127.0.0.1:11434';
  if (text === '') return usual;
  const whole = /^https?:\/\//i.test(text)
    ? text
    : `http://${text.startsWith(':') ? `127.0.0.1${text}` : text}`;
  if (!URL.canParse(whole)) return usual;
  const url = new URL(whole);
  const hasPort = url.port !== '' || /^https?:\/\//i.test(text);
  return hasPort ? whole : `http://${url.hostname}:11434`;
}
