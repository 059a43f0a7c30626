import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PropagateCaseInput, PropagationMode, Review } from '@geoscribe/campaign';
import { decodeNpy, encodeNpy, geometryFromAffine, type VoxelArray } from '@geoscribe/core-io';
import { encodeVolumeFile, FolderStore } from '@geoscribe/core-io/node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityContext } from '../src/activities/activity-context.js';
import { propagateCase } from '../src/activities/propagate-case.js';

let folder: string;
let store: FolderStore;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-propagate-'));
  store = new FolderStore(join(folder, 'store'));
});
afterEach(() => rm(folder, { recursive: true }));

const dims: [number, number, number] = [4, 1, 1];
const geometry = geometryFromAffine(dims, [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]);

/** A row of four voxels, background for the network (0.75), the first one drawn as class 1. */
async function propagated(mode: PropagationMode, settings: object) {
  const put = (data: VoxelArray, shape: number[]) => store.put(encodeNpy({ shape, data }), 'volume');
  const properties = { source: geometry, transposeForward: [0, 1, 2], crop: { start: [0, 0, 0], end: [1, 1, 4] }, shapeAfterCrop: [1, 1, 4], shape: [1, 1, 4], geometry };
  const review: Review = { kind: 'scribbles', seeds: await store.put(await encodeVolumeFile({ geometry, data: Uint8Array.of(1, 255, 255, 255) }), 'seed-map') };
  const input = {
    mode,
    review,
    distanceWeight: [0.1, 0.1],
    settings: { threads: 1, geodesic: { distanceWeight: 'thickness', gate: 'none', mode: 'posterior', ...settings } },
    prediction: {
      caseId: 'row',
      preprocessed: { image: await put(Float32Array.of(1, 1, 1, 1), [1, 1, 1, 4]), properties: await store.put(Buffer.from(JSON.stringify(properties)), 'case-properties') },
      probability: await put(Float32Array.of(0.75, 0.75, 0.75, 0.75, 0.25, 0.25, 0.25, 0.25), [2, 1, 1, 4]),
    },
    originLabel: await put(new Uint8Array(4), [1, 1, 4]),
  } as unknown as PropagateCaseInput;
  const { confidence, statistics } = await propagateCase(input, { store } as unknown as ActivityContext, new AbortController().signal);
  const { data } = decodeNpy(await store.get(confidence), { file: 'confidence' });
  return { confidence: [...(data as Float32Array)], meanConfidence: statistics.meanConfidence };
}

describe('the weight of what nobody drew', () => {
  it('lowers the confidence beside a stroke, in the map and in its mean', async () => {
    const { confidence, meanConfidence } = await propagated('seeds-only', { inferredWeight: 0.5 });
    // 0.5 p_L0 = 0.375, halved; exact in float32.
    expect(confidence).toEqual([1, 0.1875, 0.1875, 0.1875]);
    expect(meanConfidence).toBe(1.5625 / 4);
  });

  it('leaves the reference rule as published', async () => {
    expect(await propagated('reference', { inferredWeight: 0.5 })).toEqual(await propagated('reference', { inferredWeight: 1 }));
  });

  it('is 1 in a campaign that was started before there was such a setting', async () => {
    expect((await propagated('seeds-only', {})).confidence).toEqual([1, 0.375, 0.375, 0.375]);
  });
});
