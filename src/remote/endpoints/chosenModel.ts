import { EndpointError } from '../../core/endpoints/errors.ts';
import type { Endpoint } from '../../core/endpoints/types.ts';

/** So many names stand in a sentence. */
const mostNames = 5;

/**
 * The model that an endpoint means: the one that its settings name, the only one that is loaded, or the only one.
 * Throws EndpointError (`no-model`); `missing` makes the error for a name that is none of the models.
 */
export function chosenModel(
  { name, model: wanted }: Pick<Endpoint, 'name' | 'model'>,
  models: readonly string[],
  loaded: readonly string[],
  same: (wanted: string, model: string) => boolean,
  missing: (wanted: string) => EndpointError,
): string {
  if (wanted !== '') {
    const found = models.find((model) => same(wanted, model));
    if (found === undefined) throw missing(wanted);
    return found;
  }
  if (models.length === 0)
    throw new EndpointError('no-model', `${name} has no model: put one there, then try again.`);
  const [only, ...others] = loaded.length === 0 ? models : loaded;
  if (only !== undefined && others.length === 0) return only;
  const some = models.slice(0, mostNames).join(', ');
  const more = models.length > mostNames ? ' and more' : '';
  throw new EndpointError(
    'no-model',
    `${name} has several models (${some}${more}): name one of them as its model in hearth.endpoints.`,
    { models },
  );
}
