import type { ModelRole } from '../core/models/roles.ts';
import { weightTypeOf } from '../core/models/fileType.ts';
import { shapeOf } from '../core/models/shapeOf.ts';
import { chatTemplate } from './chatTemplate.ts';
import type { HeaderFacts } from './headerFactsSchema.ts';
import { headerVocabulary } from './headerVocabulary.ts';
import { licenceOf, nameOf, trainedContext, type ModelContents } from './metadata.ts';
import { modelKind } from './modelKind.ts';

/** What a listing needs of a model that `readModel` read. */
export function headerFacts(model: ModelContents): HeaderFacts {
  const kind = modelKind(model);
  const { format } = headerVocabulary(model);
  const roles: ModelRole[] = [];
  if (kind === 'text') {
    if (format.kind === 'fim') roles.push('completion');
    if (chatTemplate(model).text !== null) roles.push('chat');
  }
  return {
    kind,
    architecture: nameOf(model, 'general.architecture'),
    title: nameOf(model, 'general.name'),
    quantization: weightTypeOf(model).name,
    trainedContext: trainedContext(model),
    roles,
    family: format.kind === 'fim' ? (format.family?.id ?? null) : null,
    licence: licenceOf(model),
    shape: kind === 'text' ? shapeOf(model) : null,
  };
}
