import { stat } from 'node:fs/promises';
import os from 'node:os';
import type { LoadSettings } from './loadOptions.ts';

/** What a model needs beside its weights (KV cache, compute buffers): so much of their size and so many bytes. */
const overhead = { share: 0.2, bytes: 512 * 1024 * 1024 } as const;

/**
 * Whether there is room for one more model beside what is loaded, by the rule of thumb "file size times 1.2 and half a
 * gigabyte" against the memory that the system calls free. A file that can't be read needs nothing: why it is refused
 * is told by the load. Whoever knows the machine's GPU and the model's shapes decides better.
 */
export async function roomForBoth(
  { modelPath }: LoadSettings,
  freeMemory: () => number = os.freemem,
): Promise<boolean> {
  const bytes = await stat(modelPath).then(
    ({ size }) => size,
    () => 0,
  );
  return bytes * (1 + overhead.share) + (bytes === 0 ? 0 : overhead.bytes) <= freeMemory();
}
