import { GeoscribeError } from '@geoscribe/campaign';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { hashFile } from './hash-file.js';
import { syncFolder } from './write-atomically.js';

export type Checksum = { md5: string } | { sha256: string };

export type FetchArchiveOptions = Checksum & {
  url: string;
  /** File to write; its folder is made. */
  destination: string;
  /** Called after each piece; `total` in bytes where the server states it. */
  onProgress?: (progress: { bytes: number; total?: number }) => void;
  signal?: AbortSignal;
};

/**
 * Downloads an archive and checks its hash while it arrives; the destination is there whole and right, or not at all.
 *
 * A destination that already has the right hash is not fetched again.
 *
 * Errors: `DownloadFailedError` for a refused connection, an HTTP status other than 2xx, a broken transfer or a wrong
 * hash; the signal's reason where aborted. Nothing is left behind.
 */
export async function fetchArchive(options: FetchArchiveOptions): Promise<void> {
  const { url, destination, onProgress, signal } = options;
  const [algorithm, expected] = 'md5' in options ? (['md5', options.md5] as const) : (['sha256', options.sha256] as const);
  const exists = await stat(destination).then(() => true, () => false);
  if (exists && (await hashFile(destination, algorithm)) === expected) return;

  await mkdir(dirname(destination), { recursive: true });
  const partial = join(dirname(destination), `.${basename(destination)}.${randomBytes(4).toString('hex')}.part`);
  try {
    const received = await download({ url, partial, algorithm, onProgress, signal });
    if (received !== expected) {
      throw new GeoscribeError('DownloadFailedError', 'Archive is not the expected one', {
        file: url,
        field: algorithm,
        expected,
        received,
        nextStep: 'Repeat the download; if it fails again, the archive at this address has changed.',
      });
    }
    await rename(partial, destination);
    await syncFolder(dirname(destination));
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof GeoscribeError) throw error;
    throw downloadFailed(url, (error as Error).cause instanceof Error ? (error as Error).cause as Error : (error as Error));
  } finally {
    await rm(partial, { force: true });
  }
}

async function download(job: {
  url: string;
  partial: string;
  algorithm: 'md5' | 'sha256';
  onProgress: FetchArchiveOptions['onProgress'];
  signal: AbortSignal | undefined;
}): Promise<string> {
  const response = await fetch(job.url, job.signal ? { signal: job.signal } : {});
  if (!response.ok || response.body === null) {
    throw downloadFailed(job.url, new Error(`status ${response.status} ${response.statusText}`.trim()));
  }
  const length = response.headers.get('content-length');
  const total = length === null ? {} : { total: Number(length) };
  const hash = createHash(job.algorithm);
  let bytes = 0;
  const handle = await open(job.partial, 'wx');
  try {
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      hash.update(chunk);
      await handle.writeFile(chunk);
      bytes += chunk.length;
      job.onProgress?.({ bytes, ...total });
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return hash.digest('hex');
}

function downloadFailed(url: string, cause: Error): GeoscribeError {
  return new GeoscribeError(
    'DownloadFailedError',
    'Archive cannot be downloaded',
    {
      file: url,
      expected: 'a complete answer',
      received: cause.message || (cause as NodeJS.ErrnoException).code || cause.name,
      nextStep: 'Check the connection and the address, then repeat.',
    },
    { cause },
  );
}
