import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportedCase, Prediction, SubmissionReceipt } from '@geoscribe/campaign';
import { encodeNifti, type SeedMap } from '@geoscribe/core-io';
import { FolderStore } from '@geoscribe/core-io/node';
import { makePhantom } from '@geoscribe/core-io/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReviewDesk } from '../src/client/review-desk.js';
import { simulateScribbles } from '../src/client/simulate-scribbles.js';

const receipt = { submissionId: 'x' } as unknown as SubmissionReceipt;
let root: string;
let store: FolderStore;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'geoscribe-simulate-'));
  store = new FolderStore(root);
});
afterAll(() => rm(root, { recursive: true }));

/** The phantom's label with 4 where it is not known, a prediction, and a desk that keeps what is submitted. */
async function reviewed(options: { isIgnored: (voxel: number) => boolean; predicted: (label: Uint8Array) => Uint8Array }) {
  const { label } = makePhantom({ seed: 1, dims: [18, 20, 16] });
  const truth = label.data.map((value, voxel) => (options.isIgnored(voxel) ? 4 : value));
  const put = (data: Uint8Array) => store.put(encodeNifti({ ...label, data }), 'label-map');
  const imported = { label: await put(truth), ...(truth.includes(4) && { ignoreLabel: 4 }) } as ImportedCase;
  const prediction = { labelMap: await put(options.predicted(label.data)) } as Prediction;
  const submitted: (SeedMap | 'no error')[] = [];
  const desk: Pick<ReviewDesk, 'scribbledCase' | 'submitNoError' | 'submitSeeds'> = {
    scribbledCase: () => Promise.resolve({ imported, prediction } as Awaited<ReturnType<ReviewDesk['scribbledCase']>>),
    submitNoError: () => Promise.resolve((submitted.push('no error'), receipt)),
    submitSeeds: (_, seeds) => Promise.resolve((submitted.push(seeds), receipt)),
  };
  const result = await simulateScribbles(desk as ReviewDesk, store, 'a', { classes: 4, strokesPerCase: 5, minimumComponent: 5 });
  return { result, submitted };
}

describe('the simulated annotator', () => {
  const isUpper = (voxel: number): boolean => voxel % 18 >= 9;

  test('draws only where the label is known', async () => {
    const { submitted } = await reviewed({ isIgnored: isUpper, predicted: (label) => label.map(() => 0) });
    const seeds = submitted[0] as SeedMap;
    const marked = [...seeds.data.keys()].filter((voxel) => seeds.data[voxel] !== 255);
    expect(marked.length).toBeGreaterThan(0);
    expect(marked.filter(isUpper)).toEqual([]);
  });

  test('says "no error" of a case that it knows as a whole, and nothing of one that it knows in part', async () => {
    const whole = await reviewed({ isIgnored: () => false, predicted: (label) => label });
    expect([whole.submitted, whole.result.receipt]).toEqual([['no error'], receipt]);
    const partial = await reviewed({ isIgnored: isUpper, predicted: (label) => label });
    expect([partial.submitted, partial.result]).toEqual([[], { receipt: null, strokes: 0, markedVoxels: 0 }]);
  });
});
