import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Finding, SecretRule } from './types.ts';

/** The part of secretlint's rules that is used (docs of secretlint, "secretlint-rule"): each reports while it reads. */
interface PresetRule {
  readonly meta: { readonly id: string };
  create(
    context: {
      readonly sharedOptions: object;
      createTranslator(messages: unknown): (id: string, data?: Data) => { messageId: string; data?: Data };
      report(report: Report): void;
      ignore(): void;
    },
    options: object,
  ): { readonly file?: (source: object) => unknown };
}
type Data = Readonly<Record<string, unknown>>;
interface Report {
  readonly message: { readonly messageId: string; readonly data?: Data };
  readonly range: readonly [number, number];
}

/**
 * What is left out: rules that call a whole address or file the secret, whose password alone is ours to replace, and
 * the one that lets comments in a file switch rules off, which is no file's to decide.
 */
const leftOut = /-rule-(?:basicauth|database-connection-string|gcp|privatekey|filter-comments)$/;
const labels: Readonly<Record<string, string>> = {
  aws: 'AWS secret key',
  npm: 'npm token',
  slack: 'Slack token',
  sendgrid: 'SendGrid key',
  shopify: 'Shopify key',
  stripe: 'Stripe key',
  github: 'GitHub token',
  gitlab: 'GitLab token',
  grafana: 'Grafana token',
  openai: 'OpenAI key',
  anthropic: 'Anthropic key',
  huggingface: 'Hugging Face token',
  '1password': 'service account token',
  'hashicorp-vault': 'Vault token',
};

/**
 * The rules of `@secretlint/secretlint-rule-preset-recommend`, one of ours for each. They are run by themselves and not
 * by `@secretlint/core`, which leaves performance marks behind at every rule of every call, and compares every two
 * reports.
 */
export function presetRules(): SecretRule[] {
  return (rules as unknown as readonly PresetRule[])
    .filter(({ meta }) => !leftOut.test(meta.id))
    .map((rule) => ({ id: rule.meta.id, find: (text) => reportsOf(rule, text) }));
}

function reportsOf(rule: PresetRule, content: string): Finding[] {
  const found: Finding[] = [];
  const name = rule.meta.id.replace(/^.*-rule-/, '');
  const label = labels[name] ?? `${name} key`;
  const { file } = rule.create(
    {
      sharedOptions: {},
      createTranslator: () => (messageId, data) => ({ messageId, ...(data === undefined ? {} : { data }) }),
      report({ message, range }) {
        const [start, end] = secretRange(content, message.data, range);
        found.push({ start, end, kind: /token$/.test(label) ? 'token' : 'key', label });
      },
      ignore: () => undefined,
    },
    {},
  );
  // With an empty extension and no path no rule looks at the disk.
  file?.({ content, ext: '', contentType: 'text', hasBOM: false });
  return found;
}

/** Where the secret stands that a report tells of: some reports begin at the name before it, with the right length. */
function secretRange(
  content: string,
  data: Data | undefined,
  range: Report['range'],
): readonly [number, number] {
  for (const value of Object.values(data ?? {})) {
    if (typeof value !== 'string' || value.length !== range[1] - range[0]) continue;
    const at = content.indexOf(value, range[0]);
    if (at >= 0) return [at, at + value.length];
  }
  return range;
}
