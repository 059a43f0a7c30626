import { describe, expect, it } from 'vitest';
import { budgets } from '../../src/plan/budget.js';
import { caseFingerprint, mergeFingerprints } from '../../src/plan/fingerprint.js';
import { leftRightAxis } from '../../src/plan/left-right-axis.js';
import { mirrorWarning } from '../../src/plan/mirror-warning.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import { sidedLabels } from '../../src/plan/sided-labels.js';
import { planFor, someIntensities } from '../helpers/plans.js';

const kidneys = ['background', 'left kidney', 'right kidney'];

function fingerprintOf(shape: [number, number, number], spacing: [number, number, number], leftRightAxes?: number[]) {
  return {
    spacings: [spacing],
    shapesAfterCrop: [shape],
    medianRelativeSizeAfterCrop: 1,
    foregroundIntensities: [someIntensities],
    ...(leftRightAxes && { leftRightAxes }),
  };
}

const planOf = (leftRightAxes: number[] | undefined, labels = kidneys, budget: 'gpu-8gb' | 'cpu-small' = 'gpu-8gb', spacing: [number, number, number] = [1, 1, 1]) =>
  planExperiment({ fingerprint: fingerprintOf([60, 60, 60], spacing, leftRightAxes), dataset: { name: 'd', labels, channels: ['MRI'] }, budget });

describe('sidedLabels', () => {
  it.each([
    [['left kidney', 'right kidney'], ['left kidney', 'right kidney']],
    [['Left-Hippocampus', 'lung_RIGHT', 'kidneyLeft', 'liver'], ['Left-Hippocampus', 'lung_RIGHT', 'kidneyLeft']],
    [['kidney_l', 'kidney_r', 'spleen'], ['kidney_l', 'kidney_r']],
    [['R lung', 'L lung'], ['R lung', 'L lung']],
    [['atrium_left'], ['atrium_left']],
    [['kidney_l', 'lung_r', 'r', 'L1', 'leftover', 'upright', 'vertebra L 1'], []],
    [['background', 'anterior', 'posterior'], []],
  ])('of %j are %j', (labels, sided) => {
    expect(sidedLabels(labels)).toEqual(sided);
  });
});

describe('leftRightAxis', () => {
  const geometry = (affine: number[], spacing: [number, number, number]) => ({ dims: [4, 5, 6] as [number, number, number], spacing, affine });
  it('is the axis whose voxels lead to the right, in tensor order', () => {
    expect(leftRightAxis(geometry([-2, 0, 0, 9, 0, 2, 0, 9, 0, 0, 2, 9, 0, 0, 0, 1], [2, 2, 2]))).toBe(2);
    // Sagittal slices: the third index leads to the left; the first is 30 degrees off the front, with large voxels.
    expect(leftRightAxis(geometry([4, 0, -0.5, 0, 7, 0.5, 0, 0, 0, 0, 0.1, 0, 0, 0, 0, 1], [8.06, 0.5, 0.51]))).toBe(0);
  });

  it('comes into the fingerprint of cases and data set', () => {
    const volume = (affine: number[]) => ({ geometry: geometry(affine, [1, 1, 1]), data: Float32Array.from({ length: 120 }, (_, i) => i + 1) });
    const label = (affine: number[]) => ({ geometry: geometry(affine, [1, 1, 1]), data: Uint8Array.from({ length: 120 }, (_, i) => i % 2) });
    const axial = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
    const sagittal = [0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1];
    const cases = [axial, sagittal, axial].map((affine, k) => caseFingerprint({ id: `case-${k}`, channels: [volume(affine)], label: label(affine) }));
    expect(cases.map((entry) => entry.leftRightAxis)).toEqual([2, 0, 2]);
    expect(mergeFingerprints(cases).leftRightAxes).toEqual([0, 2]);
  });
});

describe('a plan', () => {
  it('does not mirror between left and right where labels name sides', () => {
    expect(planOf([2]).mirrorAxes).toEqual([true, true, false]);
    expect(planOf([0, 2]).mirrorAxes).toEqual([false, true, false]);
    expect(planOf(undefined).mirrorAxes).toEqual([false, false, false]);
    expect(planOf([2], ['background', 'liver']).mirrorAxes).toEqual([true, true, true]);
    expect(planOf([2], kidneys, 'cpu-small').mirrorAxes).toEqual(budgets['cpu-small'].mirrorAxes);
  });

  it('follows the axis through its permutation', () => {
    // The coarse x comes first.
    const plan = planOf([2], kidneys, 'gpu-8gb', [1, 1, 5]);
    expect(plan.transposeForward).toEqual([2, 0, 1]);
    expect(plan.mirrorAxes).toEqual([false, true, true]);
    expect(mirrorWarning(plan)).toMatch(/left kidney, right kidney.*not mirrored along x, between left and right/);
  });
});

describe('mirrorWarning', () => {
  it('names labels and axis, says what is not known, and when a plan mirrors in spite of the labels', () => {
    expect(mirrorWarning(planOf([2]))).toBe('Labels name sides of the body (left kidney, right kidney), so images are not mirrored along x, between left and right.');
    expect(mirrorWarning(planOf([1], [...kidneys, 'left lung', 'right lung']))).toMatch(/\(left kidney, right kidney, left lung and 1 more\).*along y/);
    expect(mirrorWarning(planOf(undefined))).toMatch(/no axis is mirrored: it is not known/);
    expect(mirrorWarning({ ...planOf([2]), mirrorAxes: [true, true, true] })).toMatch(/mirrors every axis that gpu-8gb mirrors: switch the axis/);
  });

  it('has nothing to say without sides or without mirroring', () => {
    expect(mirrorWarning(planOf([2], ['background', 'liver']))).toBeNull();
    expect(mirrorWarning(planFor({ spacing: [1, 1, 1], shape: [60, 60, 60], labels: kidneys }))).toBeNull();
  });
});
