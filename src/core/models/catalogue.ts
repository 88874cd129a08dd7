import { parseQuantization } from './quantization.ts';
import type { ModelRole } from './roles.ts';
import type { ShapeFacts } from './shape.ts';

/** One file of a quantisation. */
export interface CatalogueFile {
  /** Where it is fetched, over https. */
  readonly address: string;
  /** Its length, where that is known exactly. */
  readonly bytes?: number;
  /** SHA-256 in lower-case hex, where it is known. */
  readonly sha256?: string;
}

/** One way in which a model's weights can be had. */
export interface CatalogueQuantization {
  /** As `parseQuantization` reads it: `Q4_K_M`, `UD-Q4_K_XL`, `MXFP4`. */
  readonly name: string;
  /** In the order of the parts; empty where the file ships with Hearth. */
  readonly files: readonly CatalogueFile[];
  /** Parameters times bits per weight, where the files' lengths are not known. */
  readonly approximateBytes?: number;
  /** The file in Hearth's own `models` folder, for the one that ships with it. */
  readonly bundled?: { readonly file: string; readonly bytes: number; readonly sha256: string };
}

/**
 * What a model's published configuration says of its shape. In a mixture of experts `feedForward` is the width that
 * one token goes through. A sliding window is left out where llama.cpp makes no use of it.
 */
export type PublishedShape = Omit<ShapeFacts, 'fileBytes' | 'trainedContext' | 'parameters' | 'quantization'>;

/** A licence, by its SPDX identifier where it has one. */
export interface CatalogueLicence {
  readonly name: string;
  /** Whether it forbids use in paid work. Such models are recommended only when asked for. */
  readonly nonCommercial?: boolean;
  readonly address?: string;
}

/** A model that can be had. */
export interface CatalogueModel {
  /** Lower case, unique; what a person types to pull it. */
  readonly id: string;
  readonly name: string;
  readonly family: string;
  /** One honest sentence: what it is good for, and what not. */
  readonly summary: string;
  readonly roles: readonly ModelRole[];
  readonly fillInTheMiddle: boolean;
  /** `active` is what one token uses: less than `total` in a mixture of experts. */
  readonly parameters: { readonly total: number; readonly active: number };
  /** The trained window, in tokens. */
  readonly contextTokens: number;
  readonly licence: CatalogueLicence;
  /** The page of the model's publisher. */
  readonly source?: string;
  /** Left out where it is not known: the fit then uses a rule of thumb. */
  readonly shape?: PublishedShape;
  /**
   * Where it stands among the catalogue's models per role, from 0 to 100, at 8 bits. A judgement from what publishers
   * report, for the order alone: twice the number is not twice as good. A role without one is never recommended.
   */
  readonly strength?: Readonly<Partial<Record<ModelRole, number>>>;
  /** `memoryClassFor` its smallest quantisation. */
  readonly memoryClass?: number;
  /** At least one. */
  readonly quantizations: readonly CatalogueQuantization[];
}

/** A list of models, as a catalogue file holds it. */
export interface Catalogue {
  readonly version: 1;
  readonly name: string;
  readonly models: readonly CatalogueModel[];
}

/** A model with one of its quantisations. */
export interface ModelChoice {
  readonly model: CatalogueModel;
  readonly quantization: CatalogueQuantization;
}

/** Memory of usual machines and cards, in GB. */
export const memoryClasses = [4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512] as const;

/** Length of all files of a quantisation, and whether that is known or estimated. */
export function sizeOf(quantization: CatalogueQuantization): { bytes: number; exact: boolean } {
  const { files, approximateBytes, bundled } = quantization;
  if (bundled !== undefined) return { bytes: bundled.bytes, exact: true };
  const known = files.every(({ bytes }) => bytes !== undefined) && files.length > 0;
  if (!known && approximateBytes !== undefined) {
    return { bytes: approximateBytes, exact: false };
  }
  return { bytes: files.reduce((sum, { bytes = 0 }) => sum + bytes, 0), exact: known };
}

/**
 * The smallest usual memory, in GB, in which weights of so many bytes live at ease: a quarter more than the weights
 * for context and buffers (the middle of the rule of thumb "file size times 1.2 to 1.5"), and 2 GB for the system.
 * A coarse label for lists; what fits is computed by the fit.
 */
export function memoryClassFor(bytes: number): number {
  const needed = (bytes * 1.25) / 1e9 + 2;
  return memoryClasses.find((size) => size >= needed) ?? Math.ceil(needed);
}

/** All choices that a model offers, in the catalogue's order. */
export function choicesOf(model: CatalogueModel): ModelChoice[] {
  return model.quantizations.map((quantization) => ({ model, quantization }));
}

/**
 * The model's quantisation of this name, as a person types it (`q4_k_m`); a dynamic one (`UD-`) where there is no other
 * of the name; null where there is none.
 */
export function quantizationNamed(model: CatalogueModel, wanted: string): CatalogueQuantization | null {
  const asked = parseQuantization(wanted);
  const has = (field: 'label' | 'name') =>
    model.quantizations.find(
      ({ name }) => asked !== null && parseQuantization(name)?.[field] === asked[field],
    );
  return has('label') ?? has('name') ?? null;
}

/** What can be wrong with a model although every field has the right form, a sentence each. */
export function contradictions(model: CatalogueModel): string[] {
  const { parameters, roles, fillInTheMiddle, quantizations, shape } = model;
  const found: string[] = [];
  if (parameters.active > parameters.total) {
    found.push('parameters.active is larger than parameters.total');
  }
  if (roles.includes('completion') && !fillInTheMiddle) {
    found.push('roles has "completion", which needs fillInTheMiddle to be true');
  }
  if (shape?.globalEvery !== undefined && shape.slidingWindow === undefined) {
    found.push('shape.globalEvery means nothing without shape.slidingWindow');
  }
  const names = new Set<string>();
  for (const [index, quantization] of quantizations.entries()) {
    const at = `quantizations[${index}]`;
    if (names.has(quantization.name)) found.push(`${at}.name is there twice (${quantization.name})`);
    names.add(quantization.name);
    if (parseQuantization(quantization.name)?.label !== quantization.name) {
      found.push(`${at}.name is not a quantisation that Hearth knows (${quantization.name})`);
    }
    if (sizeOf(quantization).bytes === 0) {
      found.push(`${at} needs "bytes" for each of its files, or "approximateBytes"`);
    }
    if (quantization.files.length === 0 && quantization.bundled === undefined) {
      found.push(`${at}.files is empty`);
    }
  }
  return found;
}
