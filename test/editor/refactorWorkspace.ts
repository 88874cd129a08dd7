import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { writeChatModel } from '../support/chatModel.ts';

const money = `export function centsOf(price: number): number {
  return Math.round(price * 100);
}
`;
export const shop = `import { centsOf } from './money';

export function total(prices: number[]): number {
  let sum = 0;
  for (const price of prices) {
    sum = sum + centsOf(price);
  }
  return sum;
}
`;
export const tax = `def tax(price):
    rate = 19
    return price * rate / 100
`;
export const view = `export function size(): number {
  return 1;
}
`;
/** Two files of the same name and with the same code. */
export const twins = ['north', 'south'].map((place) => `src/${place}/total.ts`);
export const twin = shop.replace('./money', '../money');
export const rates = 'export const rates = [19, 7];\n';
/** Two changes, and in another answer one. */
const twoHunks = `export function total(prices: readonly number[]): number {
  let sum = 0;
  for (const price of prices) {
    sum += centsOf(price);
  }
  return sum;
}
\`\`\``;
const oneHunk = `export function total(prices: number[]): number {
  return prices.reduce((sum, price) => sum + centsOf(price), 0);
}
\`\`\``;
/**
 * A conversion of two files, in the blocks that are begun for the model. What it writes behind the end of a part makes
 * that part's last token another than ours, so that it is tokenised anew, and tells which part comes next.
 */
const blocks = {
  'src/money.ts\n<<<<<<< SEARCH\n': 'export function centsOf(price: number): number {\n=======.',
  '(price: number): number {\n=======\n':
    'export function centsOf(price: number, factor = 100): number {\n>>>>>>>.',
  'factor = 100): number {\n>>>>>>> REPLACE\n': 'src/shop.ts\n<<<<<<<.',
  'src/shop.ts\n<<<<<<< SEARCH\n': '    sum = sum + centsOf(price);\n=======.',
  'sum + centsOf(price);\n=======\n': '    sum = sum + centsOf(price, 100);\n>>>>>>>.',
  'centsOf(price, 100);\n>>>>>>> REPLACE\n': '',
  // Another one, with a bracket too many.
  'src/rates.ts\n<<<<<<< SEARCH\n': 'export const rates = [19, 7];\n=======.',
  '[19, 7];\n=======\n': 'export const rates = [19, (7];\n>>>>>>>.',
  '(7];\n>>>>>>> REPLACE\n': 'src/view.tsx\n<<<<<<<.',
  'src/view.tsx\n<<<<<<< SEARCH\n': '  return 1;\n=======.',
  'return 1;\n=======\n': '  return 2;\n>>>>>>>.',
  'return 2;\n>>>>>>> REPLACE\n': '',
};

/** Writes the files that the tests of refactors change. */
export function writeRefactorWorkspace(folder: string): void {
  const files = {
    'money.ts': money,
    'shop.ts': shop,
    'tax.py': tax,
    'view.tsx': view,
    'rates.ts': rates,
    'wrong.ts': "export const cents: number = 'ten';\n",
  };
  const write = (file: string, text: string): void => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const [name, text] of Object.entries(files)) write(`src/${name}`, text);
  for (const file of twins) write(file, twin);
}

/** Writes a model whose answers are changes of these files. */
export async function writeRefactorModel(file: string): Promise<void> {
  await writeChatModel(file, {
    answers: [[twoHunks, oneHunk]],
    after: {
      '```py\n': 'def tax(price):\n    rate = (19\n    return price * rate / 100\n```',
      '```tsx\n': "export function size(): number {\n  return 'one';\n}\n```",
      ...blocks,
    },
    ...{ contextTokens: 32_768, pieceBytes: 400, name: 'refactorer' },
  });
}
