import { fimFamilies, markerTexts, nextEditTokens, type FimFamily } from '../prompt/families.ts';
import { resolveFormat, type Tokenizer } from '../prompt/format.ts';

/** Architectures (`general.architecture`) of families whose markers others have, too. */
const architectures: Readonly<Record<string, RegExp>> = {
  'qwen-coder': /^qwen/,
  codegemma: /^gemma/,
  'granite-4': /^granite/,
  starcoder2: /^starcoder2$/,
  codegeex4: /^chatglm$/,
};

/** Texts to ask a server's tokenizer about: of the markers of all families, and of next-edit models. */
export const familyTexts: readonly string[] = [...new Set([...markerTexts, ...nextEditTokens])];

/**
 * The family of a model in whose vocabulary exactly these texts are tokens, as for a model file (`resolveFormat`); null
 * for none. That the markers are there is no proof that the model was trained with them, but all that a server tells.
 */
export function familyByVocabulary(
  tokens: ReadonlySet<string>,
  architecture: string | null,
): FimFamily | null {
  const tokenizer: Tokenizer = {
    bos: null,
    tokenize: () => [],
    detokenize: () => '',
    specialToken: (text) => (tokens.has(text) ? familyTexts.indexOf(text) : null),
  };
  const model = { architecture, names: '', fimPrefix: null, fimSuffix: null, fimMiddle: null };
  const format = resolveFormat(model, tokenizer);
  return format.kind === 'fim' ? format.family : null;
}

/**
 * The family whose markers a prompt template has, where that and the architecture leave one only: a template shows no
 * more of the vocabulary than it uses.
 */
export function familyByTemplate(template: string, architecture: string | null): FimFamily | null {
  const alike = fimFamilies.filter(({ prefix, suffix, middle }) =>
    [prefix, suffix, middle ?? ''].every((text) => template.includes(text)),
  );
  const fitting = alike.filter(({ id }) => {
    const pattern = architectures[id];
    return pattern === undefined || (architecture !== null && pattern.test(architecture));
  });
  // Where an architecture names its family, those that name none are not meant.
  const named = fitting.filter(({ id }) => architectures[id] !== undefined);
  const [only, ...others] = named.length === 1 ? named : fitting;
  return only !== undefined && others.length === 0 ? only : null;
}

/** A family by its id, as an endpoint's ability has it. */
export function familyById(id: string | null): FimFamily | null {
  return fimFamilies.find((family) => family.id === id) ?? null;
}
