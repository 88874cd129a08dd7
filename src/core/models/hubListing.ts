import { boundedPartNames, resolveAddress, type PullProblem } from './address.ts';
import { parseQuantization, type Quantization } from './quantization.ts';

/** A file of a repository, with what the hub says of it. */
export interface HubFile {
  readonly address: string;
  /** Null where the hub does not say. */
  readonly bytes: number | null;
  /** In lower-case hex; null where the hub does not say. */
  readonly sha256: string | null;
}

/** The model that was chosen in a repository. */
export interface HubChoice {
  /** One, or all parts of a split model in order. */
  readonly files: readonly HubFile[];
  readonly fileName: string;
  readonly quantization: Quantization | null;
}

/** Preferred where nobody says which: the best balance first, then what is next to it. */
const preferred = [
  'Q4_K_M',
  'Q4_K_XL',
  'MXFP4',
  'Q4_K_L',
  'Q4_K_S',
  'IQ4_XS',
  'IQ4_NL',
  'Q4_0',
  'Q5_K_M',
  'Q8_0',
];

interface Sibling {
  readonly path: string;
  readonly bytes: number | null;
  readonly sha256: string | null;
}
interface Offer {
  readonly parts: readonly Sibling[];
  readonly quantization: Quantization | null;
}

/**
 * The model file in the answer to a repository's list address (the hub's `/api/models/owner/repo?blobs=true`) that has
 * the wanted quantisation, or the best balanced one where `wanted` is null. The files are addressed by the commit that
 * the list is of, so that what is fetched is what was listed.
 */
export function chooseFile(
  listing: unknown,
  target: { readonly repository: string; readonly host: string; readonly quantization: string | null },
): HubChoice | PullProblem {
  const { repository, host, quantization: wanted } = target;
  const siblings = readSiblings(listing);
  if (siblings === null) return { problem: `The list of files of ${repository} can't be read.` };
  const offers = offersOf(siblings);
  if (offers.length === 0) {
    return { problem: `${repository} has no GGUF model: look for a repository whose name ends with GGUF.` };
  }
  const offer = wanted === null ? balanced(offers) : withQuantization(offers, wanted);
  if (offer === null) return { problem: missing(repository, wanted, offers) };
  const revision = commitOf(listing) ?? 'main';
  const files = offer.parts.map(({ path, bytes, sha256 }) => ({
    address: resolveAddress(host, repository, revision, path),
    bytes,
    sha256,
  }));
  return { files, fileName: baseName(offer.parts[0]?.path ?? ''), quantization: offer.quantization };
}

function missing(repository: string, wanted: string | null, offers: readonly Offer[]): string {
  const labels = [...new Set(offers.map(({ quantization }) => quantization?.label ?? ''))].filter(
    (label) => label !== '',
  );
  const has = labels.length > 0 ? ` It has ${labels.join(', ')}.` : '';
  if (wanted === null) return `${repository} has several models: say which file.${has}`;
  return `${repository} has no ${wanted.toUpperCase()}.${has}`;
}

/** Whole models of the repository, projectors and importance matrices left out. */
function offersOf(siblings: readonly Sibling[]): Offer[] {
  const byPath = new Map(siblings.map((sibling) => [sibling.path, sibling]));
  const offers: Offer[] = [];
  for (const { path } of siblings) {
    const name = baseName(path);
    if (!/\.gguf$/i.test(name) || /mmproj|imatrix/i.test(name)) continue;
    const names = boundedPartNames(name);
    if (names?.[0] !== name) continue;
    const folder = path.slice(0, path.length - name.length);
    const parts = names.map((part) => byPath.get(folder + part));
    const whole = parts.filter((part) => part !== undefined);
    // Large quantisations lie in a folder of their name.
    if (whole.length === parts.length) {
      offers.push({ parts: whole, quantization: parseQuantization(name) ?? parseQuantization(folder) });
    }
  }
  return offers;
}

function balanced(offers: readonly Offer[]): Offer | null {
  for (const name of preferred) {
    const found = offers.find(({ quantization }) => quantization?.name === name);
    if (found !== undefined) return found;
  }
  return offers.length === 1 ? (offers[0] ?? null) : null;
}

function withQuantization(offers: readonly Offer[], wanted: string): Offer | null {
  const asked = parseQuantization(wanted);
  if (asked === null) return null;
  return (
    offers.find(({ quantization }) => quantization?.label === asked.label) ??
    offers.find(({ quantization }) => quantization?.name === asked.name) ??
    null
  );
}

function commitOf(listing: unknown): string | null {
  const sha = field(listing, 'sha');
  return typeof sha === 'string' && /^[0-9a-f]{40}$/.test(sha) ? sha : null;
}

function readSiblings(listing: unknown): Sibling[] | null {
  const siblings = field(listing, 'siblings');
  if (!Array.isArray(siblings)) return null;
  return siblings.flatMap((sibling: unknown) => {
    const path = field(sibling, 'rfilename');
    if (typeof path !== 'string' || path.split('/').some((part) => ['', '.', '..'].includes(part))) return [];
    const lfs = field(sibling, 'lfs');
    const size = field(lfs, 'size') ?? field(sibling, 'size');
    const digest = field(lfs, 'sha256');
    return [
      {
        path,
        bytes: typeof size === 'number' && Number.isSafeInteger(size) && size > 0 ? size : null,
        sha256: typeof digest === 'string' && /^[0-9a-f]{64}$/.test(digest) ? digest : null,
      },
    ];
  });
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
