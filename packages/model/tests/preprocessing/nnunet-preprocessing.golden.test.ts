import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeNpy } from '@geoscribe/core-io';
import { readVolume } from '@geoscribe/core-io/node';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import type { Normalization, Plan } from '../../src/plan/plan.js';
import { inverseOrder } from '../../src/preprocessing/permute.js';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { preprocessLabel } from '../../src/preprocessing/preprocess-label.js';
import { planFor } from '../helpers/plans.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const array = (name: string) => decodeNpy(readFileSync(fixture(`nnunet-preprocessed/${name}.npy`)), { file: name });

interface Variant {
  name: string;
  phantom: number;
  transpose: Plan['transposeForward'];
  spacing: TensorShape;
  normalization: ('ZScore' | 'CT' | 'RescaleTo01' | 'No')[];
  mask: boolean[];
}

/** What nnU-Net's DefaultPreprocessor made of the phantoms; tools and command are in the fixture. */
const { intensities, variants } = JSON.parse(readFileSync(fixture('nnunet-preprocessed/variants.json'), 'utf8')) as {
  intensities: Record<'mean' | 'median' | 'std' | 'min' | 'max' | 'percentile_00_5' | 'percentile_99_5', number>;
  variants: Variant[];
};

const schemes: Record<Variant['normalization'][number], Normalization['scheme']> = {
  ZScore: 'z-score',
  CT: 'CT',
  RescaleTo01: 'rescale-to-0-1',
  No: 'none',
};

function planOf({ transpose, spacing, normalization, mask }: Variant): Plan {
  const { percentile_00_5: percentile00_5, percentile_99_5: percentile99_5, ...rest } = intensities;
  return {
    ...planFor({ spacing, shape: [12, 16, 20], channels: ['a', 'b'] }),
    transposeForward: transpose,
    transposeBackward: inverseOrder(transpose) as Plan['transposeBackward'],
    targetSpacing: spacing,
    normalization: normalization.map((name, channel) => ({ scheme: schemes[name], useMask: mask[channel]! })),
    foregroundIntensities: [0, 1].map(() => ({ ...rest, percentile00_5, percentile99_5 })),
  };
}

describe('preprocessing', () => {
  it.each(variants.map((variant) => [variant.name, variant] as const))("equals nnU-Net's: %s", async (name, variant) => {
    const phantom = (part: string): string => fixture(`nnunet-phantoms/phantom${variant.phantom}_${part}.nii.gz`);
    const channels = [(await readVolume(phantom('0000')))[0]!, (await readVolume(phantom('0001')))[0]!];
    const label = (await readVolume(phantom('label')))[0]!;
    const plan = planOf(variant);
    const prepared = preprocessImage({ channels, plan, label });
    const image = array(`${name}_image`);
    expect([2, ...prepared.shape]).toEqual(image.shape);
    const largest = Math.max(...Array.from(image.data, Math.abs));
    // float32 between the axes and in nnU-Net's statistics, where we sum in float64: some units in the last place of the
    // largest value, grown by the spline's overshoot.
    let difference = 0;
    prepared.image.forEach((value, i) => (difference = Math.max(difference, Math.abs(value - image.data[i]!))));
    expect(difference).toBeLessThan(2e-6 * largest);
    const segmentation = array(`${name}_label`);
    const ours = preprocessLabel({ label, properties: prepared.properties, plan });
    // nnU-Net's segmentation has -1 where the image has nothing.
    expect([...ours]).toEqual(Array.from(segmentation.data, (value) => Math.max(0, value)));
    expect([...prepared.validMask]).toEqual(Array.from(segmentation.data, (value) => (value < 0 ? 0 : 1)));
  });
});
