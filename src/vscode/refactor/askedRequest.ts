import { refined, retried, type RefactorRequest } from '../../core/refactor/request.ts';

/** What a model is asked that is to fit in code which the user had from elsewhere. */
const fitIn = 'Put this code into the file where it belongs, and change nothing else.';

/** What a refactor is asked for from one time to the next, and the last answer. */
export class AskedRequest {
  #now: RefactorRequest;
  /** As the model gave it; '' for none. */
  #answer = '';
  /** Whether the answer was given, and no model asked for it. */
  #isGiven = false;

  constructor(request: RefactorRequest) {
    this.#now = request;
  }

  get now(): RefactorRequest {
    return this.#now;
  }

  /** Takes over what is known anew: the words, or where the code is by now and what is wrong there. */
  update(known: Partial<Pick<RefactorRequest, 'words' | 'target' | 'part' | 'problems'>>): void {
    this.#now = { ...this.#now, ...known };
  }

  /** Keeps the answer that came; one that is empty takes the place of none. */
  came(answer: string): void {
    if (answer !== '') this.#answer = answer;
    this.#isGiven = false;
  }

  /** Keeps an answer that no model was asked for; the words until then, and those that fit it in, are not the user's. */
  given(answer: string): void {
    this.#now = { ...this.#now, unsaid: [this.#now.words, fitIn] };
    this.#answer = answer;
    this.#isGiven = true;
  }

  /** Makes it ask for another answer. What brought none is asked the same way. */
  retry(): void {
    // Nothing but the answer has the code that was given.
    if (this.#isGiven) this.refine(fitIn);
    else if (this.#answer !== '') this.#now = retried(this.#now);
  }

  /** Makes it ask another model, which was not asked yet: for the same. */
  askOther(): void {
    if (this.#isGiven) this.refine(fitIn);
  }

  /** Makes it ask for the same in another way. */
  refine(words: string): void {
    const asked = this.#now;
    this.#now =
      this.#answer === ''
        ? { ...asked, words: [asked.words, words].filter((one) => one.trim() !== '').join('\n') }
        : refined(asked, this.#answer, words);
  }
}
