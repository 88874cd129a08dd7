import type { ModelRow } from '../host/models/modelRows.ts';
import type { FitRow } from './modelsText.ts';

/** A model as JSON gives it (docs/command-line.md). */
export function entryOf(row: ModelRow) {
  const { name, roles, path, bytes, quantization, installed, fit, ...rest } = row;
  return { name, role: roles, path, bytes, quantization, installed, fit, ...rest };
}

/** What a model needs, as JSON gives it. */
export function fitEntry(key: string, { name, quantization, fit }: FitRow) {
  return { name, quantization, ...fit, key };
}
