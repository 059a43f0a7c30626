import { join } from 'node:path';
import { writeAtomically } from '@geoscribe/core-io/node';
import { curveLines } from './curve-lines.js';
import type { CurveRun, TimedEntry } from './curve-run.js';
import { curveTable } from './curve-table.js';
import { progressSvg } from './progress-svg.js';

export const linesName = 'training.jsonl';

/** Writes a curve as CSV, picture and, last, JSON lines; each file whole or not at all. */
export async function writeCurveFiles(folder: string, history: readonly TimedEntry[], run: CurveRun): Promise<void> {
  await writeAtomically(join(folder, 'training.csv'), Buffer.from(curveTable(history, run.labels)));
  await writeAtomically(join(folder, 'progress.svg'), Buffer.from(progressSvg(history, run)));
  await writeAtomically(join(folder, linesName), Buffer.from(curveLines(history)));
}
