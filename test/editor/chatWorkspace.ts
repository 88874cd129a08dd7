import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../support/engine.ts';

export const money =
  'export function centsOf(price: number): number {\n  return Math.round(price * 100);\n}\n';
export const shop = [
  "import { centsOf } from './money';",
  '',
  'export function total(prices: number[]): number {',
  '  let sum = 0;',
  '  for (const price of prices) sum += centsOf(price);',
  '  return sum;',
  '}',
  '',
].join('\n');

/** A workspace under version control, with a change that is not committed, a secret, and a mistake. */
export function makeWorkspace(): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'src'));
  writeFileSync(path.join(folder, 'src/money.ts'), money);
  writeFileSync(path.join(folder, 'src/shop.ts'), shop.replace('let sum = 0', 'let sum = 1'));
  writeFileSync(path.join(folder, 'src/wrong.ts'), "export const cents: number = 'ten';\n");
  writeFileSync(path.join(folder, 'AGENTS.md'), 'Answer briefly.\n');
  writeFileSync(path.join(folder, '.env'), 'PASSWORD=hunter2\n');
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '-qm', 'Begin');
  writeFileSync(path.join(folder, 'src/shop.ts'), shop);
  return folder;
}

/** Settings of an editor with a model of a test's making, whose tokens are bytes. */
export function chatSettings(model: string): Record<string, unknown> {
  return {
    'hearth.model.chat': model,
    'hearth.engine.device': 'cpu',
    'hearth.chat.contextTokens': 32_768,
    'editor.quickSuggestions': { other: 'off' },
  };
}
