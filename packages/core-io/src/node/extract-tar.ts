import { GeoscribeError } from '@geoscribe/campaign';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';

/**
 * Unpacks a `.tar` or `.tar.gz` into a folder; all of it or nothing.
 *
 * macOS companions (`._*`) are skipped. Times, owners and modes of the archive are not applied.
 *
 * `archive`: file. `destination`: folder, made if absent; the archive's top-level entries must not exist in it yet.
 *
 * Returns the names of the top-level entries.
 *
 * Errors: `InvalidDatasetError` for a damaged archive, an entry that would leave the folder, a link or a device, or a
 * top-level entry that exists.
 */
export async function extractTar({ archive, destination }: { archive: string; destination: string }): Promise<string[]> {
  await mkdir(destination, { recursive: true });
  const scratch = await mkdtemp(join(destination, '.extract-'));
  try {
    await unpack(archive, scratch);
    const names = (await readdir(scratch)).sort();
    for (const name of names) {
      const exists = await stat(join(destination, name)).then(() => true, () => false);
      if (exists) {
        throw new GeoscribeError('InvalidDatasetError', 'Folder already holds an entry of the archive', {
          file: archive,
          expected: `no "${name}" in the destination`,
          received: 'an existing one',
          nextStep: 'Remove it, or use what is there.',
        });
      }
    }
    for (const name of names) await rename(join(scratch, name), join(destination, name));
    return names;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function unpack(archive: string, folder: string): Promise<void> {
  const entries = extract();
  const source = createReadStream(archive);
  const arriving = (await isGzip(archive)) ? pipeline(source, createGunzip(), entries) : pipeline(source, entries);
  const writing = (async () => {
    for await (const entry of entries) {
      const { name, type } = entry.header;
      const parts = name.split('/').filter((part) => part !== '' && part !== '.');
      if (parts.some((part) => part.startsWith('._')) || type === 'directory' || parts.length === 0) {
        entry.resume();
        continue;
      }
      checkEntry(archive, name, type);
      const target = join(folder, ...parts);
      await mkdir(dirname(target), { recursive: true });
      await writeEntry(entry, target);
    }
  })();
  // Both are awaited, so that no write goes on after the scratch folder is removed.
  const [arrived, written] = await Promise.allSettled([arriving, writing]);
  const failure = [written, arrived].find((result) => result.status === 'rejected')?.reason as Error | undefined;
  if (failure === undefined) return;
  if (failure instanceof GeoscribeError) throw failure;
  throw new GeoscribeError(
    'InvalidDatasetError',
    'Archive cannot be unpacked',
    { file: archive, expected: 'a complete .tar or .tar.gz', received: failure.message, nextStep: 'Download it again.' },
    { cause: failure },
  );
}

/** By hand: Node's `pipeline` never notices that an entry of a truncated archive was destroyed. */
async function writeEntry(entry: AsyncIterable<unknown>, target: string): Promise<void> {
  const handle = await open(target, 'wx');
  try {
    for await (const chunk of entry) await handle.writeFile(chunk as Buffer);
  } finally {
    await handle.close();
  }
}

function checkEntry(archive: string, name: string, type: string): void {
  const leaves = name.startsWith('/') || name.includes('\\') || name.includes('\0') || /^[A-Za-z]:/.test(name) || name.split('/').includes('..');
  if (!leaves && (type === 'file' || type === 'contiguous-file')) return;
  throw new GeoscribeError('InvalidDatasetError', 'Archive holds an entry that is refused', {
    file: archive,
    field: name,
    expected: 'plain files inside the folder',
    received: leaves ? 'a path that leaves it' : `a ${type}`,
  });
}

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}
