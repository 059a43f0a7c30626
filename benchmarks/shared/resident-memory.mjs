// Resident memory of this process, MiB.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** MiB of a line of /proc/self/status; null where there is no such file. */
function status(key) {
  try {
    return Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  } catch {
    return null;
  }
}

/** Linux starts VmHWM anew for a 5; elsewhere the peak is the process's. */
function forgetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
  } catch {
    // the peak of the process, at least that of loading its inputs, is reported
  }
}

/** Waits until what loading left behind is gone: freed during the run, it would hide what the run takes. Needs `--expose-gc`. */
export async function settle() {
  for (let quiet = 0, last = Infinity; quiet < 3; ) {
    globalThis.gc();
    await setTimeout(20);
    const now = process.memoryUsage.rss();
    quiet = now < last ? 0 : quiet + 1;
    last = now;
  }
}

/**
 * Begins to watch.
 *
 * @returns {() => number} greatest resident memory since then beyond that at the start
 */
export function watchPeak() {
  forgetPeak();
  const begin = status('VmRSS') ?? process.memoryUsage.rss() / 2 ** 20;
  return () => Math.max(0, (status('VmHWM') ?? process.resourceUsage().maxRSS / 1024) - begin);
}

/** glibc gives what was freed back to the system, so that a run cannot take it unseen: for the environment of a measured process. */
export const frugalMalloc = { MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' };
