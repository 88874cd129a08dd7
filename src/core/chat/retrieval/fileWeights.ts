import { baseNameOf } from '../../index/imports/paths.ts';
import type { IndexedFile } from '../../index/repositoryIndex.ts';
import type { QuestionTerms } from './questionTerms.ts';

/** What a hit in a test counts where the question does not ask for tests: tests repeat what they test. */
const testWeight = 0.6;
/** Histories name everything that ever was. */
const historyWeight = 0.4;
/** Data and documents that a program lays out, such as lists of messages, name much and say little. */
const dataWeight = 0.6;
const history = /^(change(s|log)|history|news|releases?|release[-_]notes)\b/i;
const data = /\.(json|jsonc|json5|ya?ml|toml|ini|cfg|xml|csv|po|properties|svg)$/i;
const generatedDocuments = /(^|\/)(api|apidocs?|typedoc|javadoc|reference)\/.*\.(md|mdx|html?|rst)$/i;

/** What files of a kind count for a question. */
export function fileWeight({ path, isTest }: IndexedFile, question: QuestionTerms): number {
  const test = isTest && !question.asksForTests ? testWeight : 1;
  if (history.test(baseNameOf(path))) return test * historyWeight;
  return data.test(path) || generatedDocuments.test(path) ? test * dataWeight : test;
}
