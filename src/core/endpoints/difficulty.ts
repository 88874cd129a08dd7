/** What is known of an answer of the local model, or of a refactor. */
export interface AnswerFacts {
  /** The question did not fit into the window at all, or the answer filled it. */
  readonly tooLong: boolean;
  readonly windowFull: boolean;
  /** Something that was attached, or found, had no room. */
  readonly leftOut: boolean;
  /** No model here can answer. */
  readonly noModel: boolean;
  readonly empty: boolean;
  readonly repetition: boolean;
  /** Places that the answer names, and how many of them do not exist. */
  readonly places: number;
  readonly wrongPlaces: number;
  /** How many answers in a row failed a refactor's checks. */
  readonly failedChecks: number;
  /** The user said that it is bad. */
  readonly markedBad: boolean;
}

/** How likely another model would do better, and why: a few words each. */
export interface Difficulty {
  readonly score: number;
  readonly reasons: readonly string[];
}

export const nothingHard: AnswerFacts = {
  ...{ tooLong: false, windowFull: false, leftOut: false, noModel: false, empty: false, repetition: false },
  ...{ places: 0, wrongPlaces: 0, failedChecks: 0, markedBad: false },
};

/** From here on an endpoint is offered. */
export const offerFrom = 2;

/**
 * Points for each sign that an answer is not what was wanted. One sure sign is enough for an offer; a weak one is not:
 * an offer under every answer would be a nuisance.
 */
export function difficultyOf(facts: AnswerFacts): Difficulty {
  const signs: readonly (readonly [applies: boolean, points: number, reason: string])[] = [
    [facts.markedBad, 3, 'you marked the answer as bad'],
    [facts.noModel, 3, 'there is no local model that could answer'],
    [facts.tooLong, 3, "the question does not fit into the local model's window"],
    [facts.failedChecks >= 2, 3, 'the local answer failed its checks twice'],
    [facts.windowFull, 2, "the answer filled the local model's window"],
    [facts.leftOut, 2, "the local model's window had no room for all that belongs to the question"],
    [facts.empty, 2, 'the local model wrote nothing'],
    [facts.repetition, 2, 'the local model wrote the same again and again'],
    [
      facts.wrongPlaces >= 2 && 2 * facts.wrongPlaces > facts.places,
      2,
      'most places that the answer names do not exist',
    ],
    [facts.failedChecks === 1, 1, 'the local answer failed its checks once'],
  ];
  const found = signs.filter(([applies]) => applies);
  return {
    score: found.reduce((sum, [, points]) => sum + points, 0),
    reasons: found.map(([, , reason]) => reason),
  };
}
