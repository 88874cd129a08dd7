import { sentenceOf } from '../../core/text/sentence.ts';
import type { Redactor } from './redactor.ts';

/** How often what stands in an address may be written with `%` anew. */
const mostLayers = 3;

/**
 * Why a link of an answer is not opened, in a sentence; null: it may be. Secrets are put back into answers, and whoever
 * wrote the answer, or a text that it repeats, could have a click hand them to a server behind a harmless label.
 */
export async function whyKept(href: string, redactor: Pick<Redactor, 'redact'>): Promise<string | null> {
  try {
    for (const form of formsOf(href)) {
      const { found } = await redactor.redact(form);
      const [first] = found;
      if (first !== undefined)
        return `This link was not opened: its address has what looks like a secret (${first.label}), which the server behind it would get.`;
    }
    return null;
  } catch (error) {
    return `This link was not opened: its address could not be looked through for secrets. ${sentenceOf(error)}`;
  }
}

/** The address as it stands, and as it reads with what is written with `%` and `+` in it. */
function formsOf(href: string): readonly string[] {
  const forms = [href];
  for (let layer = 0; layer < mostLayers; layer += 1) {
    const last = forms.at(-1) ?? href;
    const next = decoded(last);
    if (next === last) break;
    forms.push(next);
  }
  return [...new Set([...forms, ...forms.map((form) => form.replaceAll('+', ' '))])];
}

/** Runs of `%` by themselves, so that one that is malformed hides no other. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}
