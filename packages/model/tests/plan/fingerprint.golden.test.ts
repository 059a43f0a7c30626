import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readVolume } from '@geoscribe/core-io/node';
import { caseFingerprint, mergeFingerprints } from '../../src/plan/fingerprint.js';

interface RecordedIntensities {
  mean: number;
  median: number;
  std: number;
  min: number;
  max: number;
  percentile_00_5: number;
  percentile_99_5: number;
}

/** nnU-Net's fingerprint of three phantoms of two channels; see make_nnunet_plans.py beside the fixture. */
const recorded = (
  JSON.parse(readFileSync(new URL('../fixtures/nnunet-fingerprint.json', import.meta.url), 'utf8')) as {
    fingerprint: {
      spacings: number[][];
      shapes_after_crop: number[][];
      median_relative_size_after_cropping: number;
      foreground_intensity_properties_per_channel: Record<string, RecordedIntensities>;
    };
  }
).fingerprint;

const phantom = (name: string): string => fileURLToPath(new URL(`../fixtures/nnunet-phantoms/${name}.nii.gz`, import.meta.url));

describe('the fingerprint of phantoms', () => {
  it("equals nnU-Net's", async () => {
    const cases = await Promise.all(
      [0, 1, 2].map(async (k) =>
        caseFingerprint({
          id: `phantom${k}`,
          channels: (await Promise.all([0, 1].map((channel) => readVolume(phantom(`phantom${k}_000${channel}`))))).flat(),
          label: (await readVolume(phantom(`phantom${k}_label`)))[0]!,
        }),
      ),
    );
    const fingerprint = mergeFingerprints(cases);
    expect(fingerprint.shapesAfterCrop).toEqual(recorded.shapes_after_crop);
    expect(fingerprint.medianRelativeSizeAfterCrop).toBe(recorded.median_relative_size_after_cropping);
    // float32 in the file, read as it is by both.
    expect(fingerprint.spacings).toEqual(recorded.spacings);
    fingerprint.foregroundIntensities.forEach((ours, channel) => {
      const theirs = recorded.foreground_intensity_properties_per_channel[channel]!;
      expect({ min: ours.min, max: ours.max }).toEqual({ min: theirs.min, max: theirs.max });
      // nnU-Net draws 33 million voxels a case with replacement: the standard error of its mean is std / 10^4, of its
      // std half of that; 5 of them, and float32 sums.
      const chance = 5e-4 * theirs.std;
      expect(Math.abs(ours.mean - theirs.mean)).toBeLessThan(chance);
      expect(Math.abs(ours.std - theirs.std)).toBeLessThan(chance);
      // Integer intensities: the drawn order statistic is the same voxel value.
      expect([ours.percentile00_5, ours.median, ours.percentile99_5]).toEqual([
        theirs.percentile_00_5,
        theirs.median,
        theirs.percentile_99_5,
      ]);
    });
  });
});
