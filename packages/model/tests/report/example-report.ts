import { campaignConfigSchema, type CampaignSettings, type MethodMetrics } from '@geoscribe/campaign';
import type { Geometry } from '@geoscribe/core-io';
import type { CaseResult } from '../../src/evaluation/evaluation.js';
import { caseResult } from '../../src/evaluation/summarize.js';
import type { LabelScores } from '../../src/metrics/label-scores.js';
import type { ScribbledLayers } from '../../src/report/case-picture.js';
import type { ReportData } from '../../src/report/report-data.js';
import type { CurveEntry } from '../../src/training/training-record.js';

/** Settings with every default, for a data set of two classes. */
export function exampleSettings(): CampaignSettings {
  const config = campaignConfigSchema.parse({ name: 'demo', dataset: { dir: 'data' }, cases: { scribbled: 's*' } });
  const { seed, device, precision, threads, budget, fineTuning, geodesic } = config;
  const { epochs, stepsPerEpoch, learningRate } = config.preliminary;
  return {
    seed,
    device,
    precision,
    threads,
    budget,
    dataset: { name: 'Hippocampus', labels: ['background', 'anterior', 'posterior'], channels: ['MRI'] },
    preliminary: { epochs, stepsPerEpoch, learningRate },
    fineTuning,
    geodesic: { ...geodesic, mode: 'posterior' },
  };
}

/** Test cases whose Dice differs by case in a fixed way around `level`; mean over cases and classes is `level`. */
export function exampleMetrics(method: string, level: number, cases = 12): MethodMetrics {
  const offset = (i: number) => 0.04 * Math.sin(1 + 5 * i);
  const shift = Array.from({ length: cases }, (_, i) => offset(i)).reduce((a, b) => a + b, 0) / cases;
  const dice = Array.from({ length: cases }, (_, i) => level + offset(i) - shift);
  return {
    method,
    meanDice: level,
    perClassDice: { 1: level + 0.01, 2: level - 0.01 },
    cases: dice.map((value, i) => ({ caseId: `test_${String(i).padStart(3, '0')}`, dice: { 1: value + 0.01, 2: value - 0.01 } })),
  };
}

/** Every measure of the same cases: distances grow as the Dice falls; the last case lacks class 2 in the prediction. */
export function exampleScores(level: number): CaseResult[] {
  return exampleMetrics('', level).cases.map(({ caseId, dice }, i, all) => {
    const scores = [1, 2].map((label): LabelScores => {
      const value = dice[label]!;
      const common = { label, referenceVoxels: 1000 };
      if (label === 2 && i === all.length - 1) {
        return { ...common, predictionVoxels: 0, dice: 0, iou: 0, relativeVolumeDifference: -1, hd95: Infinity, mssd: Infinity, assd: Infinity, nsd: 0 };
      }
      const far = 1 - value;
      return { ...common, predictionVoxels: 950, dice: value, iou: value / (2 - value), relativeVolumeDifference: -0.05, hd95: 12 * far, mssd: 25 * far, assd: 4 * far, nsd: value ** 0.5 };
    });
    return caseResult(caseId, [1, 1, 1], scores, [1, 2]);
  });
}

/** Class 2 appears in the validation cases from a Dice of 0.5 on. */
const validation = (dice: number): Pick<CurveEntry, 'validationDice' | 'validationDiceByClass'> => ({ validationDice: dice, validationDiceByClass: [dice + 0.03, dice < 0.5 ? null : dice - 0.03] });

export function exampleCurve(epochs: number, start: number, validated: boolean): CurveEntry[] {
  return Array.from({ length: epochs }, (_, i) => {
    const epoch = i + 1;
    const loss = start * Math.exp(-i / 6) - 0.72 + 0.02 * Math.sin(7 * i);
    return { epoch, loss, learningRate: 0.05 * (1 - i / epochs) ** 0.9, secondsPerStep: 0.41, ...(validated && validation(0.84 - 0.6 * Math.exp(-i / 4))) };
  });
}

/** A finished campaign: three iterations, one baseline, twelve test cases, validation Dice, no pictures. */
export function exampleReport(): ReportData {
  const statistics = (walledShare: number) => ({ focusFraction: 0.034, reachedVoxels: [8100, 2210, 1480], flippedVoxels: 402, walledShare, meanConfidence: 0.47, seconds: 0.08 });
  const scribbled = ['scribbled_1', 'scribbled_2', 'scribbled_3'];
  const iteration = (arm: string, i: number, level: number) => ({
    iteration: i,
    metrics: exampleMetrics(arm, level),
    scores: exampleScores(level),
    pseudoLabels: arm === 'main' ? { iteration: i, before: 0.828 + 0.01 * i, after: 0.87 + 0.002 * i, afterWeighted: 0.95, meanConfidenceRight: 0.51, meanConfidenceWrong: 0.19 } : null,
    statistics: scribbled.map((caseId, k) => ({ caseId, statistics: statistics(k === 1 ? 0.055 : 0.004) })),
  });
  return {
    campaign: 'demo',
    settings: exampleSettings(),
    now: new Date('2026-03-01T09:30:00Z'),
    versions: { geoscribe: '0.1.0', libtorch: '2.15.0', node: '20.20.2' },
    cases: { full: ['full_1', 'full_2'], scribbled, validation: ['validation_1'], test: exampleMetrics('', 0.8).cases.map(({ caseId }) => caseId) },
    failedCases: [{ caseId: 'scribbled_4', message: 'Image is constant (scribbled_4.nii.gz).' }],
    overriddenGeometry: [{ caseId: 'full_2', deviation: 0.42 }],
    effort: [
      { caseId: 'scribbled_1', kind: 'scribbles', strokes: 5, markedVoxels: 50, markedShare: 0.0009 },
      { caseId: 'scribbled_2', kind: 'scribbles', strokes: 4, markedVoxels: 41, markedShare: 0.0007 },
      { caseId: 'scribbled_3', kind: 'no-error', strokes: 0, markedVoxels: 0, markedShare: 0 },
    ],
    simulatedAnnotator: true,
    distanceWeight: [0.12, 0.12, 0.13],
    preliminary: exampleMetrics('preliminary', 0.836),
    preliminaryScores: exampleScores(0.836),
    arms: [
      { arm: 'main', iterations: [iteration('main', 1, 0.848), iteration('main', 2, 0.853), iteration('main', 3, 0.855)] },
      { arm: 'seeds-only', iterations: [iteration('seeds-only', 1, 0.84), iteration('seeds-only', 2, 0.842), iteration('seeds-only', 3, 0.844)] },
    ],
    trainings: [
      { arm: 'preliminary', iteration: 0, curve: exampleCurve(20, 1.9, true) },
      ...['main', 'seeds-only'].flatMap((arm) => [1, 2, 3].map((i) => ({ arm, iteration: i, curve: exampleCurve(4, 0.2, true) }))),
    ],
    pictures: [],
    missingPictures: [],
    model: { sha256: '3f'.repeat(32), bytes: 5_432_100 },
  };
}

/** Two touching boxes in a grey gradient; the prediction misses the end of class 2, a stroke of class 2 mends it. */
export function exampleLayers(): ScribbledLayers {
  const geometry: Geometry = { dims: [12, 10, 8], spacing: [1, 1, 2], affine: [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1] };
  const [nx, ny, nz] = geometry.dims;
  const voxels = nx * ny * nz;
  const layers = {
    geometry,
    image: new Float32Array(voxels),
    truth: new Uint8Array(voxels),
    prediction: new Uint8Array(voxels),
    seeds: new Uint8Array(voxels).fill(255),
    pseudoLabel: new Uint8Array(voxels),
    confidence: new Float32Array(voxels).fill(0.5),
  };
  for (let v = 0; v < voxels; v++) {
    const [x, y, z] = [v % nx, Math.floor(v / nx) % ny, Math.floor(v / (nx * ny))];
    const inside = y >= 3 && y < 7 && z >= 2 && z < 6;
    layers.image[v] = x;
    layers.truth[v] = !inside || x < 2 || x > 9 ? 0 : x < 6 ? 1 : 2;
    layers.prediction[v] = x > 7 ? 0 : (layers.truth[v] ?? 0);
    layers.pseudoLabel[v] = layers.truth[v] ?? 0;
    if (z === 4 && y === 5 && (x === 8 || x === 9)) layers.seeds[v] = 2;
    if (layers.seeds[v] !== 255) layers.confidence[v] = 1;
  }
  return layers;
}
