import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeNpy } from '@geoscribe/core-io';
import { readVolume } from '@geoscribe/core-io/node';
import { preprocessImage } from '../../src/preprocessing/preprocess-image.js';
import { preprocessLabel } from '../../src/preprocessing/preprocess-label.js';
import { nnunetPlan, type NnunetIntensities, type NnunetVariant } from '../helpers/nnunet-plan.js';

const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
const array = (name: string) => decodeNpy(readFileSync(fixture(`nnunet-preprocessed/${name}.npy`)), { file: name });

type Variant = NnunetVariant & { phantom: number };

/** What nnU-Net's DefaultPreprocessor made of the phantoms; tools and command are in the fixture. */
const { intensities, variants } = JSON.parse(readFileSync(fixture('nnunet-preprocessed/variants.json'), 'utf8')) as {
  intensities: NnunetIntensities;
  variants: Variant[];
};

describe('preprocessing', () => {
  it.each(variants.map((variant) => [variant.name, variant] as const))("equals nnU-Net's: %s", async (name, variant) => {
    const phantom = (part: string): string => fixture(`nnunet-phantoms/phantom${variant.phantom}_${part}.nii.gz`);
    const channels = [(await readVolume(phantom('0000')))[0]!, (await readVolume(phantom('0001')))[0]!];
    const label = (await readVolume(phantom('label')))[0]!;
    const plan = nnunetPlan(variant, { channels: 2, classes: 3, intensities });
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
