import type { DocumentProblem } from '../text/textDocument.ts';
import type { FilterReason } from './filters/index.ts';

/** Why a request ended the way it did: `shown`, or what kept a suggestion from appearing. */
export type Reason =
  | 'shown'
  | 'disabled'
  | 'language-disabled'
  | 'snoozed'
  | 'read-only'
  | 'kind-of-document'
  | 'several-cursors'
  | 'composing'
  | 'nothing-typed'
  | 'code-follows'
  | 'popup-differs'
  | DocumentProblem
  | 'document-changed'
  | 'superseded'
  | 'deadline'
  | 'engine'
  | 'unfinished'
  | 'unsure'
  | 'rejected'
  | FilterReason;

/** One sentence per reason, for people. `engine` is followed by the engine's own message. */
export const reasonSentences: Readonly<Record<Reason, string>> = {
  shown: 'A suggestion was given to the editor.',
  disabled: 'Hearth is turned off (hearth.enable).',
  'language-disabled': 'Completions are turned off for this language (hearth.completion.languages).',
  snoozed: 'Completions are snoozed.',
  'read-only': 'This document is read-only.',
  'kind-of-document':
    'This is not a document that is edited as code (output, diff, search results and the like).',
  'several-cursors': 'There are several cursors.',
  composing: 'An input method is composing text.',
  'nothing-typed': 'There is no code before the cursor to complete from.',
  'popup-differs': 'The item selected in the suggest widget does not continue what is typed.',
  'too-large': 'This document is too large (over 5 million characters).',
  binary: 'This document looks like a binary file opened as text.',
  'line-too-long': 'This line is too long (over 5,000 characters).',
  'inside-character': 'The cursor is inside a character (between the halves of a surrogate pair).',
  'document-changed': 'The document changed before its text could be read.',
  superseded: 'You went on typing before the answer was ready.',
  deadline: 'The model did not answer in time.',
  engine: 'The engine is not available.',
  unfinished: 'The model did not bring the line to an end.',
  unsure: 'The model was not sure enough of what comes here.',
  'code-follows': 'Code follows on this line; ask by hand for a suggestion before it.',
  empty: 'The model had nothing to add here.',
  'repeats-suffix': 'The model repeated the text that follows the cursor.',
  'repeats-prefix': 'The model repeated the lines above the cursor.',
  'repeats-itself': 'The model repeated itself.',
  unreadable: 'The model wrote characters that are not text.',
  indentation: 'The model indented its lines in a way that does not fit here.',
  'closes-twice': 'The model closed brackets that the text after the cursor closes.',
  secret: 'The model wrote what looks like a password, a key or a token.',
  rejected: 'You refused this suggestion here before; ask by hand to see it again.',
  'adds-error': 'The suggestion would have added a syntax error to this file.',
};
