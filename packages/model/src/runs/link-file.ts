import { randomBytes } from 'node:crypto';
import { copyFile, link, rename, rm } from 'node:fs/promises';

/**
 * Gives a file a second name, in place of what had that name before; where the file system has no hard links, a copy. The
 * second name is there whole or not at all, and outlives the first.
 */
export async function linkFile(from: string, to: string): Promise<void> {
  const temporary = `${to}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await link(from, temporary).catch(() => copyFile(from, temporary));
    await rename(temporary, to);
  } finally {
    // Renaming onto another name of the same file does nothing at all.
    await rm(temporary, { force: true });
  }
}
