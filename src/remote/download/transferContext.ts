import type { PartStore } from './partStore.ts';
import type { RetryContext } from './retry.ts';
import type { Seams } from './seams.ts';
import type { Source } from './source.ts';
import type { DownloadOptions, DownloadTuning } from './types.ts';

/** What the steps of one download share. */
export interface TransferContext {
  readonly options: DownloadOptions;
  readonly source: Source;
  readonly store: PartStore;
  readonly seams: Seams;
  readonly tuning: DownloadTuning;
  readonly retry: RetryContext;
}
