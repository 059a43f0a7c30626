import { describe, expect, it } from 'vitest';
import { applyAffine, scatterSeeds, UNMARKED, type Geometry, type Vec3 } from '@geoscribe/core-io';
import { casePropertiesSchema } from '../../src/preprocessing/case-properties.js';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { preprocessLabel } from '../../src/preprocessing/preprocess-label.js';
import { restoreLabel, restoreProbability, restoreScalar } from '../../src/preprocessing/restore.js';
import { uncertaintyMap } from '../../src/preprocessing/uncertainty-map.js';
import { planFor, someIntensities } from '../helpers/plans.js';
import { boxGeometry, randomFloats, twoBalls, volumeOf } from '../helpers/volumes.js';

/** A grid with an oblique affine, so that no axis is the world's. */
function oblique(dims: Vec3, spacing: Vec3): Geometry {
  const c = Math.cos(0.4);
  const s = Math.sin(0.4);
  const [sx, sy, sz] = spacing;
  return { dims, spacing, affine: [-c * sx, s * sy, 0, 11, -s * sx, -c * sy, 0, -7, 0, 0, sz, 3, 0, 0, 0, 1] };
}

describe('preprocessImage', () => {
  it('crops zero borders, keeps inner zeros valid, and normalises inside the crop', () => {
    const grid = boxGeometry([6, 5, 4]);
    const data = new Float32Array(120);
    for (const z of [1, 2]) for (const y of [1, 2, 3]) for (const x of [2, 3, 4]) data[(z * 5 + y) * 6 + x] = 5 + x + y;
    const plan = planFor({ spacing: [1, 1, 1], shape: [2, 3, 3] });
    const result = preprocessImage({ channels: [volumeOf(grid, data)], plan });
    expect(result.shape).toEqual([2, 3, 3]);
    expect(result.properties.crop).toEqual({ start: [1, 1, 2], end: [3, 4, 5] });
    expect(result.validMask).toEqual(new Uint8Array(18).fill(1));
    const mean = result.image.reduce((sum, v) => sum + v, 0) / 18;
    const deviation = Math.sqrt(result.image.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 18);
    // Values of order 1 in float32.
    expect(mean).toBeCloseTo(0, 6);
    expect(deviation).toBeCloseTo(1, 6);
  });

  it('z-scores inside the valid mask where cropping removes much, and leaves the rest at 0', () => {
    const grid = boxGeometry([5, 5, 5]);
    const data = new Float32Array(125);
    // A cross whose bounding box is the whole volume.
    for (let i = 0; i < 5; i++) {
      data[(2 * 5 + 2) * 5 + i] = 10 + i;
      data[(2 * 5 + i) * 5 + 2] = 20 + i;
      data[(i * 5 + 2) * 5 + 2] = 30 + i;
    }
    const plan = planFor({ spacing: [1, 1, 1], shape: [5, 5, 5], relativeSize: 0.5 });
    const { image, validMask } = preprocessImage({ channels: [volumeOf(grid, data)], plan });
    expect(validMask.reduce((sum, v) => sum + v, 0)).toBe(13);
    let sum = 0;
    image.forEach((v, i) => {
      if (validMask[i] === 0) expect(v).toBe(0);
      sum += v;
    });
    expect(sum).toBeCloseTo(0, 5);
    const label = volumeOf(grid, new Uint8Array(125));
    label.data[0] = 1;
    expect(preprocessImage({ channels: [volumeOf(grid, data)], plan, label }).validMask[0]).toBe(1);
    // The ignore label names no voxel.
    expect(preprocessImage({ channels: [volumeOf(grid, data)], plan, label, ignoreLabel: 1 })).toEqual(preprocessImage({ channels: [volumeOf(grid, data)], plan }));
  });

  it('normalises CT by the closed form', () => {
    const grid = boxGeometry([4, 1, 1]);
    const plan = planFor({ spacing: [1, 1, 1], shape: [1, 1, 4], channels: ['CT'] });
    const { image } = preprocessImage({ channels: [volumeOf(grid, Int16Array.from([-1000, 3, 130, 1000]))], plan });
    const { mean, std, percentile00_5: low, percentile99_5: high } = someIntensities;
    // float32 storage of values below 4.
    [(low - mean) / std, (3 - mean) / std, (130 - mean) / std, (high - mean) / std].forEach((v, i) => expect(image[i]).toBeCloseTo(v, 6));
  });

  it('takes the other schemes from the channel names, channel by channel', () => {
    const grid = boxGeometry([3, 1, 1]);
    const plan = planFor({ spacing: [1, 1, 1], shape: [1, 1, 3], channels: ['noNorm', 'rescale_to_0_1'] });
    const channels = [volumeOf(grid, Float32Array.from([4, 5, 9])), volumeOf(grid, Float32Array.from([2, 4, 6]))];
    expect([...preprocessImage({ channels, plan }).image]).toEqual([4, 5, 9, 0, 0.5, 1]);
  });

  it('permutes the coarse axis to the front and its geometry says where every voxel is', () => {
    const geometry = oblique([8, 6, 5], [4.4, 0.9, 1.2]);
    const data = randomFloats(240, 3, 1, 2);
    const plan = planFor({ spacing: [1.2, 0.9, 4.4], shape: [5, 6, 8], channels: ['noNorm'] });
    expect(plan.transposeForward).toEqual([2, 0, 1]);
    const { image, shape, properties } = preprocessImage({ channels: [volumeOf(geometry, data)], plan });
    expect(shape).toEqual([8, 5, 6]);
    expect(casePropertiesSchema.parse(JSON.parse(JSON.stringify(properties)))).toEqual(properties);
    for (const [x, y, z] of [[0, 0, 0], [7, 5, 4], [3, 1, 2]] as Vec3[]) {
      expect(image[(x * 5 + z) * 6 + y]).toBe(data[(z * 6 + y) * 8 + x]);
      const there = applyAffine(properties.geometry.affine, [y, z, x]);
      // The same three products, added in another order.
      applyAffine(geometry.affine, [x, y, z]).forEach((mm, axis) => expect(there[axis]).toBeCloseTo(mm, 10));
    }
    expect(properties.geometry.spacing).toEqual([0.9, 1.2, 4.4]);
  });

  it('puts the faces of the resampled grid onto the faces of the crop', () => {
    const geometry = oblique([10, 12, 14], [1, 2, 1.5]);
    const data = randomFloats(10 * 12 * 14, 5, 1, 2);
    data.forEach((_, i) => {
      if (i % 10 === 0) data[i] = 0;
    });
    const plan = planFor({ spacing: [1, 1.3, 0.7], shape: [20, 18, 13], channels: ['noNorm'] });
    const { properties } = preprocessImage({ channels: [volumeOf(geometry, data)], plan });
    const [forwardZ, forwardY, forwardX] = plan.transposeForward;
    const faceOfPlan = (end: 0 | 1): number[] =>
      applyAffine(properties.geometry.affine, properties.geometry.dims.map((n) => end * n - 0.5) as Vec3);
    const sourceEnds = [
      [0, 0, 1],
      [14, 12, 10],
    ] as const;
    sourceEnds.forEach((tensor, end) => {
      expect([forwardZ, forwardY, forwardX].slice().sort()).toEqual([0, 1, 2]);
      const expected = applyAffine(geometry.affine, [tensor[2] - 0.5, tensor[1] - 0.5, tensor[0] - 0.5]);
      faceOfPlan(end as 0 | 1).forEach((mm, axis) => expect(mm).toBeCloseTo(expected[axis]!, 9));
    });
    expect(properties.shapeAfterCrop.map((_, a) => properties.shape[a])).not.toEqual(properties.shapeAfterCrop);
  });

  it('brings seeds onto the plan grid at the voxel that holds them', () => {
    const geometry = oblique([8, 6, 5], [4.4, 0.9, 1.2]);
    const plan = planFor({ spacing: [1.2, 0.9, 4.4], shape: [5, 6, 8] });
    const { properties } = preprocessImage({ channels: [volumeOf(geometry, randomFloats(240, 3, 1, 2))], plan });
    const seeds = volumeOf(geometry, new Uint8Array(240).fill(UNMARKED));
    seeds.data[(2 * 6 + 1) * 8 + 3] = 2;
    const { seedMap, marked, dropped } = scatterSeeds(seeds, properties.geometry);
    expect({ marked, dropped, at: seedMap.indexOf(2) }).toEqual({ marked: 1, dropped: 0, at: (3 * 5 + 2) * 6 + 1 });
  });

  it('names the case and the fault of bad input', () => {
    const grid = boxGeometry([3, 3, 3]);
    const plan = planFor({ spacing: [1, 1, 1], shape: [3, 3, 3] });
    const good = volumeOf(grid, randomFloats(27, 1));
    const run = (channels: Parameters<typeof preprocessImage>[0]['channels']) => () => preprocessImage({ channels, plan, id: 'c7' });
    expect(run([volumeOf(grid, new Float32Array(27))])).toThrow(/Case c7 has a constant image/);
    expect(run([good, good])).toThrow(/Case c7 has another number of channels/);
    expect(run([])).toThrow(/Case c7 has no channel/);
    expect(run([good, volumeOf(boxGeometry([3, 3, 2]), randomFloats(18, 1))])).toThrow(/Case c7 has volumes of different sizes/);
  });
});

describe('preprocessLabel and back', () => {
  const dims: Vec3 = [30, 26, 22];
  const label = twoBalls(dims, [1, 1, 1]);
  const oneHot = (labels: Uint8Array, classes: number): Float32Array => {
    const p = new Float32Array(classes * labels.length);
    labels.forEach((c, i) => (p[c * labels.length + i] = 1));
    return p;
  };

  it.each([
    ['as they are', [1, 1, 1]],
    ['permuted', [1, 1.2, 2.9]],
  ] as const)('comes back exactly without resampling: axes %s', (_name, spacing) => {
    const geometry = oblique(dims, [spacing[2], spacing[1], spacing[0]]);
    const plan = planFor({ spacing: [...spacing], shape: [22, 26, 30] });
    const image = randomFloats(label.length, 8, 1, 2);
    // A zero border that the crop removes, outside the balls.
    image.forEach((_, i) => {
      if (i % 30 < 2) image[i] = 0;
    });
    const { properties } = preprocessImage({ channels: [volumeOf(geometry, image)], plan });
    expect(properties.shapeAfterCrop).toEqual(properties.shape);
    const onPlan = preprocessLabel({ label: volumeOf(geometry, label), properties, plan });
    const { labelMap } = restoreProbability({ probability: oneHot(onPlan, 3), classes: 3, properties, plan });
    expect(labelMap).toEqual({ geometry, data: label });
    expect(restoreLabel({ label: onPlan, properties })).toEqual({ geometry, data: label });
  });

  it('restores a scalar with its value of the outside, and gives ties to the lower class', () => {
    const grid = boxGeometry([4, 1, 1]);
    const plan = planFor({ spacing: [1, 1, 1], shape: [1, 1, 2], channels: ['noNorm'] });
    const { properties } = preprocessImage({ channels: [volumeOf(grid, Float32Array.from([0, 1, 2, 0]))], plan });
    const values = Float32Array.from([0.25, 0.75]);
    expect([...restoreScalar({ values, properties, plan, outside: -1 }).data]).toEqual([-1, 0.25, 0.75, -1]);
    const probability = Float32Array.from([0.2, 0.4, 0.4, 0.2, 0.4, 0.4]);
    expect([...restoreProbability({ probability, classes: 3, properties, plan }).labelMap.data]).toEqual([0, 1, 0, 0]);
    expect(() => restoreScalar({ values: new Float32Array(3), properties, plan })).toThrow(/expected 2 elements but received 3/);
  });

  it('refuses a class outside the table and a label of another size, naming the case', () => {
    const geometry = boxGeometry(dims);
    const plan = planFor({ spacing: [1, 1, 1], shape: [22, 26, 30], labels: ['background', 'one'] });
    const { properties } = preprocessImage({ channels: [volumeOf(geometry, randomFloats(label.length, 8, 1, 2))], plan });
    expect(() => preprocessLabel({ label: volumeOf(geometry, label), properties, plan, id: 'c7' })).toThrow(
      /Case c7 has a label that the data set does not name.*0\.\.1 \(background, one\) but received 2/,
    );
    const other = volumeOf(boxGeometry([2, 2, 2]), new Uint8Array(8));
    expect(() => preprocessLabel({ label: other, properties, plan, id: 'c7' })).toThrow(/Case c7 has a label of another size/);
  });
});

describe('uncertaintyMap', () => {
  it('is 1 where all classes are equal, 0 where one is sure', () => {
    const third = 1 / 3;
    const uncertainty = uncertaintyMap({ probability: Float32Array.from([third, 1, 0.5, third, 0, 0.5, third, 0, 0]), classes: 3 });
    [1, 0, Math.log(2) / Math.log(3)].forEach((u, i) => expect(uncertainty[i]).toBeCloseTo(u, 6));
  });
});
