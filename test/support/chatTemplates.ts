import { deepseekR1, gptOss, granite, llama3, phi35 } from './templates/other.ts';
import { qwen25, qwen3, qwen3Coder } from './templates/qwen.ts';
import { gemma2, gemma3, mistral, mistralTools } from './templates/strict.ts';
import type { TemplateFixture } from './templates/fixture.ts';

export type { TemplateFixture } from './templates/fixture.ts';

/** Chat templates with the structure of published ones, by family. */
export const chatTemplates = {
  qwen25,
  qwen3,
  qwen3Coder,
  llama3,
  mistral,
  mistralTools,
  gemma2,
  gemma3,
  phi35,
  deepseekR1,
  granite,
  gptOss,
} as const satisfies Readonly<Record<string, TemplateFixture>>;
