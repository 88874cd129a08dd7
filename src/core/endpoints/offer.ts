import type { AssistantMessage } from '../chat/conversation.ts';
import { difficultyOf, nothingHard, offerFrom, type AnswerFacts, type Difficulty } from './difficulty.ts';
import { localRoute } from './routing.ts';

/** Why another model may do better than the local one did; null where it did well enough, or did not answer yet. */
export function offerFor(answer: AssistantMessage): Difficulty | null {
  const local = (answer.request?.route ?? localRoute) === localRoute;
  if (!local || answer.state === 'writing' || answer.state === 'stopped') return null;
  const difficulty = difficultyOf(factsOf(answer));
  return difficulty.score >= offerFrom ? difficulty : null;
}

function factsOf({ reason, steps, citations, leftOut, rating }: AssistantMessage): AnswerFacts {
  const text = steps.map((step) => (step.kind === 'text' ? step.text : '')).join('');
  return {
    ...nothingHard,
    tooLong: reason === 'question-too-long',
    windowFull: reason === 'window-full',
    leftOut: leftOut === true,
    noModel: reason === 'no-chat-model',
    empty: reason === 'end' && text.trim() === '',
    repetition: reason === 'repetition',
    places: citations.length,
    wrongPlaces: citations.filter(({ problem }) => problem === 'no-file' || problem === 'no-lines').length,
    markedBad: rating === 'bad',
  };
}
