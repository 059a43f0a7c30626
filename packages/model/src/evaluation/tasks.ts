import { toTensorShape, type Vec3 } from '@geoscribe/core-io';
import { labelScores, type LabelScores } from '../metrics/label-scores.js';
import type { Faces } from '../metrics/padded-mask.js';
import type { ReportPanel } from '../report/report-data.js';
import { comparisonPicture } from './comparison-picture.js';
import type { CaseFiles } from './pair-files.js';
import { readCase, readImage, type KnownValues } from './read-case.js';

export interface EvaluationSettings {
  /** Of the normalised surface Dice, mm. */
  tolerance: number;
  /** Whether a label has a surface where the volume ends. */
  faces: Faces;
  /** mm by x, y, z, in place of the files' own; null for theirs. */
  spacing: Vec3 | null;
}

/** What a thread does with one case. */
export type Task =
  | { kind: 'score'; files: CaseFiles; known: KnownValues; settings: EvaluationSettings }
  | { kind: 'draw'; files: CaseFiles; known: KnownValues };

export interface ScoredCase {
  /** mm by x, y, z, as used. */
  spacing: Vec3;
  prediction: LabelScores[];
  against: LabelScores[] | null;
}

export interface DrawnCase {
  caption: string;
  panels: ReportPanel[];
}

export interface TaskResults {
  score: ScoredCase;
  draw: DrawnCase;
}

/** Does a task in this thread; errors as `readCase`. */
export async function runTask(task: Task): Promise<ScoredCase | DrawnCase> {
  return task.kind === 'score' ? score(task) : draw(task);
}

async function score({ files, known, settings }: Extract<Task, { kind: 'score' }>): Promise<ScoredCase> {
  const { geometry, prediction, reference, against } = await readCase(files, known);
  const spacing = settings.spacing ?? geometry.spacing;
  const common = {
    reference,
    labels: known.labels ?? valuesOf([prediction, reference, ...(against === null ? [] : [against])]),
    shape: toTensorShape(geometry.dims),
    spacing: toTensorShape(spacing),
    tolerance: settings.tolerance,
    faces: settings.faces,
  };
  return {
    spacing,
    prediction: labelScores({ ...common, prediction }),
    against: against === null ? null : labelScores({ ...common, prediction: against }),
  };
}

async function draw({ files, known }: Extract<Task, { kind: 'draw' }>): Promise<DrawnCase> {
  const volumes = await readCase(files, known);
  const image = files.image === null ? null : await readImage(files.image, files, volumes.geometry);
  return comparisonPicture({ ...volumes, image });
}

function valuesOf(maps: (Uint8Array | Uint16Array)[]): number[] {
  const seen = new Uint8Array(65536);
  for (const map of maps) for (let voxel = 0; voxel < map.length; voxel++) seen[map[voxel]!] = 1;
  return Array.from(seen.keys()).filter((value) => value > 0 && seen[value] === 1);
}
