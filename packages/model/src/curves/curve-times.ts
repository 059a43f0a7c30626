import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { CurveEntry } from '../training/training-record.js';
import type { TimedEntry } from './curve-run.js';

const lineSchema = z.object({ epoch: z.number(), loss: z.number(), time: z.string() });

/** When epochs ended, by epoch; the loss tells whether an epoch of this number is still the same one. */
export type CurveTimes = Map<number, { loss: number; time: string }>;

/** Times that an earlier session wrote into its JSON lines; lines that are not ours are passed over. */
export async function readCurveTimes(file: string): Promise<CurveTimes> {
  const times: CurveTimes = new Map();
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  for (const line of text.split('\n')) {
    const { data } = lineSchema.safeParse(parsed(line));
    if (data !== undefined) times.set(data.epoch, { loss: data.loss, time: data.time });
  }
  return times;
}

/**
 * The history with the time of each epoch where it is known. The last epoch, where it is new, has just ended: `times`
 * learns it.
 */
export function withTimes(history: readonly CurveEntry[], times: CurveTimes, now: () => Date): TimedEntry[] {
  const last = history.at(-1);
  if (last !== undefined && times.get(last.epoch)?.loss !== last.loss) {
    times.set(last.epoch, { loss: last.loss, time: now().toISOString() });
  }
  return history.map((entry) => {
    const known = times.get(entry.epoch);
    return known?.loss === entry.loss ? { ...entry, time: known.time } : entry;
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
