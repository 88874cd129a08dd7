import type { Verdict } from '../../core/models/fit.ts';
import { formatBytes } from '../../core/text/bytes.ts';
import type { ModelRow, PullRow, SpeedRow } from './modelRows.ts';

/** How each verdict on the memory is called. */
export const fitTexts: Readonly<Record<Verdict, string>> = {
  'fits-well': 'fits well',
  tight: 'tight',
  'does-not-fit': 'does not fit',
};

/** The size of a model, or null where it is not known. */
export function sizeText({ bytes, bytesAreApproximate }: ModelRow): string | null {
  if (bytes === null) return null;
  return `${bytesAreApproximate ? 'about ' : ''}${formatBytes(bytes)}`;
}

/** How fast a model writes, or null where that is not known. */
export function speedText(speed: SpeedRow | null): string | null {
  if (speed === null) return null;
  return rateText(speed.decodeTokensPerSecond, speed.measured);
}

/** A number of tokens a second; what is only expected is known to two digits at best. */
export function rateText(tokensPerSecond: number, measured: boolean): string {
  if (measured)
    return `${tokensPerSecond < 10 ? tokensPerSecond.toFixed(1) : Math.round(tokensPerSecond).toLocaleString('en')} tokens/s`;
  const rounded = Number(tokensPerSecond.toPrecision(tokensPerSecond < 1 ? 1 : 2));
  return `about ${rounded.toLocaleString('en')} tokens/s`;
}

/** How far a download is. */
export function pullText({ state, bytes, total, bytesPerSecond, secondsLeft }: PullRow): string {
  const far = total === null ? formatBytes(bytes) : `${percent(bytes, total)} of ${formatBytes(total)}`;
  // Of what was refused nothing is kept.
  if (state !== 'running') return bytes === 0 ? state : `${state} at ${far}`;
  const speed = bytesPerSecond === null || bytesPerSecond <= 0 ? [] : [`${formatBytes(bytesPerSecond)}/s`];
  const left = secondsLeft === null ? [] : [`${durationText(secondsLeft)} left`];
  return [far, ...speed, ...left].join(' · ');
}

/** A share in whole per cent; 100 only for all of it. */
export function percent(part: number, total: number): string {
  if (total <= 0) return '0 %';
  return `${Math.max(0, Math.min(part >= total ? 100 : 99, Math.floor((part / total) * 100)))} %`;
}

/** So many seconds as a person says them, such as `1 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 59.5) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? '' : ` ${rest} min`}`;
}
