import type { ModelRole } from '../../core/models/roles.ts';
import type { OfferedModel } from './offeredModels.ts';
import { Refusal } from './refusal.ts';

/** A model that was asked for, and the role in which it is asked. */
export interface ChosenModel {
  readonly role: ModelRole;
  readonly model: OfferedModel;
}

/**
 * The model that a request names: by its id, its own name, or the name of its role; without a name, that of `preferred`.
 * Throws Refusal (404) for any other name: nothing else is ever loaded.
 */
export function chooseModel(
  models: readonly OfferedModel[],
  name: string | null | undefined,
  preferred: ModelRole,
): ChosenModel {
  const inRole = (role: ModelRole): OfferedModel | undefined =>
    models.find(({ roles }) => roles.includes(role));
  const model =
    name == null || name === ''
      ? (inRole(preferred) ?? models[0])
      : (models.find(({ id }) => id === name) ??
        models.find(({ facts }) => facts?.name === name) ??
        (name === 'completion' || name === 'chat' ? inRole(name) : undefined));
  if (model !== undefined) {
    const role = model.roles.includes(preferred) ? preferred : (model.roles[0] ?? preferred);
    return { role, model };
  }
  const ids = models.map(({ id }) => id).join(' or ');
  throw new Refusal(404, `There is no such model here: leave "model" out, or name ${ids}.`, {
    param: 'model',
    code: 'model_not_found',
  });
}
