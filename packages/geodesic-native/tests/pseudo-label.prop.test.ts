import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pseudoLabel, type AxisName, type EdgeBands } from '../src/index.js';
import { referencePseudoLabel } from '../src/reference/index.js';
import { bitsOf } from './support/bits.js';
import { pseudoLabelProblems } from './support/problems.js';
import { turnAxes, turns, turnVolumes, type Turn } from './support/turns.js';

const runs = { numRuns: 150 };

test('equals the TypeScript reference, bit for bit', async () => {
  await fc.assert(
    fc.asyncProperty(pseudoLabelProblems, async (problem) => {
      const native = await pseudoLabel(problem);
      const reference = referencePseudoLabel(problem);
      expect(native.pseudoLabel).toEqual(reference.pseudoLabel);
      expect(native.focus).toEqual(reference.focus);
      expect(bitsOf(native.confidence)).toEqual(bitsOf(reference.confidence));
      const { seconds, meanConfidence, ...counts } = native.statistics;
      const { meanConfidence: expectedMean, ...expectedCounts } = reference.statistics;
      expect(counts).toEqual(expectedCounts);
      // Sums of at most 12^3 float64 numbers below 1 in another order.
      expect(Math.abs(meanConfidence - expectedMean)).toBeLessThan(12 ** 3 * 2 ** -53);
      expect(seconds).toBeGreaterThanOrEqual(0);
    }),
    runs,
  );
});

test('flips and permutations of the axes give the same bits, one thread or three', async () => {
  await fc.assert(
    fc.asyncProperty(pseudoLabelProblems, turns, async (problem, turn) => {
      const turned = turnVolumes(problem.dims, turn);
      const plain = await pseudoLabel({ ...problem, threads: 1 });
      const other = await pseudoLabel({
        ...problem,
        threads: 3,
        dims: turnAxes(problem.dims, turn),
        spacing: turnAxes(problem.spacing, turn),
        image: (problem.image as Float32Array[]).map(turned),
        probability: turned(problem.probability),
        seeds: turned(problem.seeds!),
        originLabel: turned(problem.originLabel),
        edgeBands: turnBands(problem.edgeBands!, turn),
      });
      expect(other.pseudoLabel).toEqual(turned(plain.pseudoLabel));
      expect(other.focus).toEqual(turned(plain.focus));
      expect(bitsOf(other.confidence)).toEqual(bitsOf(turned(plain.confidence)));
    }),
    runs,
  );
});

function turnBands(bands: EdgeBands, turn: Turn): EdgeBands {
  if (bands === 'none' || bands.axes === 'auto') return bands;
  const names: AxisName[] = ['x', 'y', 'z'];
  return { ...bands, axes: names.filter((_, axis) => (bands.axes as AxisName[]).includes(names[turn.from[axis]!]!)) };
}

test('what was drawn holds: label and confidence 1 on every seed', async () => {
  await fc.assert(
    fc.asyncProperty(pseudoLabelProblems, async (problem) => {
      const drawn = { ...problem, review: 'scribbles' as const };
      const { pseudoLabel: label, confidence, focus } = await pseudoLabel(drawn);
      problem.seeds!.forEach((seed, voxel) => {
        if (seed === 255 || problem.mode === 'self-training') return;
        expect([label[voxel], confidence[voxel], focus[voxel]]).toEqual([seed, 1, 1]);
      });
      expect(confidence.every((value) => value >= 0 && value <= 1)).toBe(true);
    }),
    runs,
  );
});
