import { dollars } from '../../core/endpoints/cost.ts';
import { localRoute } from '../../core/endpoints/routing.ts';
import type { RefactorResult } from '../../core/refactor/result.ts';

/** Who wrote the answer of a refactor and what that took, in a sentence; none where it is the model on this machine. */
export function writtenBy({
  route,
  tokens,
  sent,
}: Pick<RefactorResult, 'route' | 'tokens' | 'sent'>): readonly string[] {
  if (route === localRoute || tokens === null) return [];
  const secrets = sent?.redactions ?? 0;
  const figures = [
    `${grouped(tokens.prompt)} + ${grouped(tokens.generated)} tokens`,
    ...(sent?.dollars == null ? [] : [dollars(sent.dollars)]),
    ...(secrets === 0 ? [] : [`${grouped(secrets)} ${secrets === 1 ? 'secret' : 'secrets'} replaced`]),
  ];
  return [`Written by ${route}: ${figures.join(', ')}.`];
}

function grouped(count: number): string {
  return count.toLocaleString('en-US');
}
