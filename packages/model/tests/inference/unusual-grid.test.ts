import { expect, test } from 'vitest';
import { unusualGrid } from '../../src/inference/unusual-grid.js';
import type { Plan } from '../../src/plan/plan.js';
import { planGrid } from '../../src/preprocessing/plan-grid.js';
import { examplePlan } from '../fixtures/example-plan.js';
import { boxGeometry } from '../helpers/volumes.js';

/** x is coarse and comes first: [x, z, y]. */
const plan: Plan = {
  ...examplePlan({ patch: [8, 8, 8], stages: [{ features: 4 }] }),
  transposeForward: [2, 0, 1],
  transposeBackward: [1, 2, 0],
  targetSpacing: [4, 1, 2],
  medianShape: [20, 30, 40],
};

function sentence(dims: [number, number, number], spacing: [number, number, number]): string | null {
  const geometry = boxGeometry(dims, spacing);
  const [nx, ny, nz] = dims;
  return unusualGrid(planGrid(geometry, { start: [0, 0, 0], end: [nx, nz, ny] }, plan), plan);
}

test('a case like those of the training is not mentioned, up to 3 times', () => {
  expect(sentence([20, 40, 30], [4, 2, 1])).toBeNull();
  expect(sentence([7, 40, 30], [12, 2, 1])).toBeNull();
  expect(sentence([20, 40, 90], [4, 2, 1])).toBeNull();
});

test('another spacing is, with both along x, y and z of the image', () => {
  expect(sentence([20, 40, 10], [4, 2, 3.1])).toBe(
    "The network was trained on voxels of another size, look at the result with care: spacing 4 x 2 x 3.1 mm, the network's 4 x 2 x 1 mm; extent 80 x 80 x 31 mm, the median of the training cases 80 x 80 x 30 mm (x, y, z).",
  );
  expect(sentence([80, 40, 30], [1.3, 2, 1])).toMatch(/voxels of another size/);
});

test.each([[20, 40, 91], [20, 13, 30], [61, 40, 30]])('another extent is: %i x %i x %i voxels', (...dims) => {
  expect(sentence(dims, [4, 2, 1])).toMatch(/volumes of another size.*spacing 4 x 2 x 1 mm, the network's 4 x 2 x 1 mm; extent/);
});
