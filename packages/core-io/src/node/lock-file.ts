import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { identifyProcess, isProcessAlive, type ProcessIdentity } from './process-identity.js';

const identitySchema = z.object({ host: z.string(), pid: z.number(), started: z.string().nullable() });

export type LockAttempt =
  | { acquired: true; release: () => Promise<void> }
  /** `holder` is null where the lock file says nothing readable. */
  | { acquired: false; holder: ProcessIdentity | null };

/**
 * Tries to take a lock for this process. The lock of a process that ended without releasing it is taken over; the lock
 * of another machine, whose processes cannot be seen, is respected.
 *
 * @param path of the lock file; its folder exists.
 */
export async function tryLock(path: string): Promise<LockAttempt> {
  const content = JSON.stringify(identifyProcess(process.pid));
  const candidate = `${path}.${randomUUID()}`;
  await writeFile(candidate, content);
  try {
    if (!(await linked(candidate, path))) {
      const holder = await readHolder(path);
      if (holder === null || isProcessAlive(holder) !== false) return { acquired: false, holder };
      await removeStale(path, holder);
      if (!(await linked(candidate, path))) return { acquired: false, holder: await readHolder(path) };
    }
  } finally {
    await rm(candidate, { force: true });
  }
  return { acquired: true, release: () => rm(path, { force: true }) };
}

/** Creates `path` with the candidate's content, at once or not at all. */
async function linked(candidate: string, path: string): Promise<boolean> {
  try {
    await link(candidate, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<ProcessIdentity | null> {
  try {
    return identitySchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return null;
  }
}

/** Moves the lock away and puts it back if another process has taken it over in the meantime. */
async function removeStale(path: string, stale: ProcessIdentity): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readHolder(aside);
  if (moved?.pid !== stale.pid || moved.started !== stale.started) await linked(aside, path);
  await rm(aside, { force: true });
}
