import { metadataNumber, metadataString, type GgufHeader } from '../core/models/ggufHeader.ts';

/** What a GGUF file, or all parts of a split model, say about the model. */
export type ModelContents = Pick<GgufHeader, 'metadata' | 'tensors'>;

/** A metadata value that is a text with something in it, else null. */
export function textOf(model: Pick<GgufHeader, 'metadata'>, key: string): string | null {
  const text = metadataString(model, key) ?? '';
  return text.trim() === '' ? null : text;
}

/** A metadata value that is a number, else null. */
export function numberOf(model: Pick<GgufHeader, 'metadata'>, key: string): number | null {
  return metadataNumber(model, key) ?? null;
}

/** The elements of an array that was kept; none for anything else. */
export function elementsOf({ metadata }: Pick<GgufHeader, 'metadata'>, key: string): readonly unknown[] {
  const value = metadata.get(key);
  return typeof value === 'object' ? (value.values ?? []) : [];
}

/** The trained window in tokens, or null. */
export function trainedContext(model: Pick<GgufHeader, 'metadata'>): number | null {
  return numberOf(model, `${textOf(model, 'general.architecture') ?? ''}.context_length`);
}

/** Characters of a name that are kept; what is longer is no name. */
const longestName = 200;

/** The licence that the file names: its name, else its identifier, or the start of its text. */
export function licenceOf(model: Pick<GgufHeader, 'metadata'>): string | null {
  return nameOf(model, 'general.license.name') ?? nameOf(model, 'general.license');
}

/** A metadata value that is a name, trimmed and shortened, else null. */
export function nameOf(model: Pick<GgufHeader, 'metadata'>, key: string): string | null {
  return textOf(model, key)?.trim().slice(0, longestName) ?? null;
}
