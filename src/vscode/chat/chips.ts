import type { Mention } from '../../core/chat/context.ts';
import type { Chip } from '../../core/chat/view.ts';
import { isWithin, mentionDescription, mentionLabel, mentionPlace, sameMention } from './mentionText.ts';

/** Instructions of the project or the user, as they are offered. */
export interface InstructionsNote {
  /** `AGENTS.md`, or the setting's name. */
  readonly label: string;
  readonly description: string;
  /** The file, or null. */
  readonly path: string | null;
}

/** What the editor offers by itself. */
export interface Offer {
  readonly mention: Mention;
  /** Tells the state of its text from any other, so that the same is not given twice in a conversation. */
  readonly state: string;
}

const offeredId = 'offered';
const instructionsId = (label: string): string => `instructions:${label}`;

/** The chips beside the box: what goes with the next question. */
export class ChipBox {
  readonly #changed: () => void;
  #offer: Offer | null = null;
  #instructions: readonly InstructionsNote[] = [];
  #added: { readonly id: string; readonly mention: Mention }[] = [];
  /** Ids of what was taken away, until it is put back or another conversation begins. */
  readonly #taken = new Set<string>();
  /** What was offered and went with a question of this conversation already. */
  #given: Offer | null = null;
  #nextId = 1;

  /** `changed` is called whenever the chips are others than before. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get chips(): readonly Chip[] {
    const offer = this.#offered;
    return [
      ...this.#instructions
        .filter(({ label }) => !this.#taken.has(instructionsId(label)))
        .map(instructionsChip),
      ...(offer === null ? [] : [chipOf(offeredId, offer.mention, true)]),
      ...this.#added.map(({ id, mention }) => chipOf(id, mention, false)),
    ];
  }

  /** What goes with the next question, instructions apart. */
  get mentions(): readonly Mention[] {
    const offer = this.#offered;
    return [...(offer === null ? [] : [offer.mention]), ...this.added];
  }

  /** The same without what is offered by itself: for questions that say what they are about. */
  get added(): readonly Mention[] {
    return this.#added.map(({ mention }) => mention);
  }

  /** Whether the user takes these instructions. */
  takes(label: string): boolean {
    return !this.#taken.has(instructionsId(label));
  }

  offer(offer: Offer | null): void {
    const before = JSON.stringify(this.chips);
    this.#offer = offer;
    // With each key in a document its state is another one, and mostly its chip the same.
    if (JSON.stringify(this.chips) !== before) this.#changed();
  }

  showInstructions(notes: readonly InstructionsNote[]): void {
    if (JSON.stringify(notes) === JSON.stringify(this.#instructions)) return;
    this.#instructions = notes;
    this.#changed();
  }

  add(mention: Mention): void {
    if (this.#added.some((added) => sameMention(added.mention, mention))) return;
    this.#added.push({ id: `added:${this.#nextId++}`, mention });
    this.#changed();
  }

  remove(id: string): void {
    const added = this.#added.filter((chip) => chip.id !== id);
    if (added.length === this.#added.length) this.#taken.add(id);
    this.#added = added;
    this.#changed();
  }

  /** Puts back what is offered and was taken away or given already, as another conversation needs it. */
  restore(): void {
    this.#taken.clear();
    this.#given = null;
    this.#changed();
  }

  /** What is there went with a question; without what is offered where `offered` is false. */
  asked(offered: boolean): void {
    if (offered) this.#given = this.#offered ?? this.#given;
    this.#added = [];
    this.#changed();
  }

  get #offered(): Offer | null {
    const offer = this.#offer;
    if (offer === null || this.#taken.has(offeredId)) return null;
    if (this.#added.some(({ mention }) => isWithin(offer.mention, mention))) return null;
    const given = this.#given;
    const known = given !== null && given.state === offer.state && isWithin(offer.mention, given.mention);
    // What somebody selects is what they mean, however often.
    return known && offer.mention.kind !== 'selection' ? null : offer;
  }
}

function chipOf(id: string, mention: Mention, implicit: boolean): Chip {
  return {
    id,
    kind: mention.kind,
    label: mentionLabel(mention),
    description: mentionDescription(mention),
    implicit,
    place: mentionPlace(mention),
  };
}

function instructionsChip({ label, description, path }: InstructionsNote): Chip {
  return {
    id: instructionsId(label),
    kind: 'instructions',
    label,
    description,
    implicit: true,
    place: path === null ? null : { path, startLine: 1, endLine: 1 },
  };
}
