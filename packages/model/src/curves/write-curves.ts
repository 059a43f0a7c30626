import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CurveEntry } from '../training/training-record.js';
import { linesName, writeCurveFiles } from './curve-files.js';
import { curveLines } from './curve-lines.js';
import type { CurveRun } from './curve-run.js';
import { EventFile } from './event-file.js';

/**
 * Writes the curve of a training that has ended: JSON lines, CSV, picture and an event file of TensorBoard, whose clock
 * is that of the writing. A folder that has the same curve stays as it is.
 *
 * @param options.folder made where it is missing
 * @param options.history at least one epoch
 */
export async function writeCurves(options: { folder: string; history: readonly CurveEntry[]; run: CurveRun; now: () => Date }): Promise<void> {
  const { folder, history, run, now } = options;
  await mkdir(folder, { recursive: true });
  const present = await readFile(join(folder, linesName), 'utf8').catch(() => null);
  if (present === curveLines(history)) return;
  await new EventFile({ folder, labels: run.labels, now }).write(history);
  await writeCurveFiles(folder, history, run);
}
