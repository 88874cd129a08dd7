import type { Masking } from '../../src/core/chat/template/masking.ts';

/** A text of a rendered prompt as it was before it was masked. */
export function unmasked(masking: Masking, rendered: string): string {
  return masking
    .split(rendered)
    .map(({ text }) => text)
    .join('');
}
