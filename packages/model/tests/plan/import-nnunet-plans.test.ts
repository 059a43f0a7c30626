import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import { importNnunetPlans } from '../../src/plan/import-nnunet-plans.js';
import { planExperiment } from '../../src/plan/plan-experiment.js';
import { planSchema } from '../../src/plan/plan.js';
import { someIntensities } from '../helpers/plans.js';

const read = (name: string): unknown => JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8'));
/** The file that nnU-Net wrote of the recorded data set of the same name; see make_nnunet_plans.py. */
const written = read('nnUNetPlans.json');
const recorded = (
  read('nnunet-plans.json') as {
    cases: { name: string; channels: string[]; labels: number; spacings: TensorShape[]; shapes: TensorShape[]; relativeSize: number }[];
  }
).cases.find(({ name }) => name === 'kidney-3-channels')!;
const dataset = {
  name: recorded.name,
  labels: Array.from({ length: recorded.labels }, (_, k) => `class ${k}`),
  channels: recorded.channels,
};

/** The file with one field changed, addressed from the root. */
function changed(field: string, value: unknown): unknown {
  const copy = structuredClone(written);
  const path = field.split('/');
  const last = path.pop()!;
  const parent = path.reduce((inner, part) => inner[part] as Record<string, unknown>, copy as Record<string, unknown>);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return copy;
}

const load = (plans: unknown): unknown => importNnunetPlans({ plans, file: 'nnUNetPlans.json', dataset, budget: 'gpu-8gb' });
const full = 'configurations/3d_fullres';
const network = `${full}/architecture/arch_kwargs`;

describe('importNnunetPlans', () => {
  it('is the plan that we make of the same fingerprint', () => {
    const imported = importNnunetPlans({ plans: written, file: 'nnUNetPlans.json', dataset, budget: 'gpu-8gb' });
    expect(planSchema.parse(imported)).toEqual(imported);
    const own = planExperiment({
      fingerprint: {
        spacings: recorded.spacings,
        shapesAfterCrop: recorded.shapes,
        medianRelativeSizeAfterCrop: recorded.relativeSize,
        foregroundIntensities: recorded.channels.map(() => someIntensities),
      },
      dataset,
      budget: 'gpu-8gb',
    });
    // Percentiles interpolated in another order of the same operations.
    imported.targetSpacing.forEach((mm, axis) => expect(mm).toBeCloseTo(own.targetSpacing[axis]!, 12));
    expect({ ...imported, targetSpacing: own.targetSpacing }).toEqual(own);
  });

  it('keeps what somebody has changed in the file', () => {
    expect(load(changed(`${full}/batch_size`, 7))).toMatchObject({ batch: 7 });
  });

  it.each([
    [`${full}/architecture/network_class_name`, 'dynamic_network_architectures.architectures.unet.ResidualEncoderUNet', /3d_fullres\.architecture\.network_class_name.*PlainConvUNet.*but received.*ResidualEncoderUNet/],
    [`${network}/conv_op`, 'torch.nn.modules.conv.Conv2d', /arch_kwargs\.conv_op.*Conv3d.*but received.*Conv2d/],
    [`${network}/dropout_op`, 'torch.nn.Dropout3d', /arch_kwargs\.dropout_op.*but received "torch.nn.Dropout3d"/],
    [`${network}/norm_op_kwargs`, { eps: 1e-3, affine: true }, /norm_op_kwargs\.eps.*0\.00001.*but received 0\.001/],
    [`${network}/kernel_sizes/0`, [5, 3, 3], /kernel_sizes\.0\.0.*1 or 3 but received 5/],
    [`${network}/features_per_stage`, [32, 64], /features_per_stage.*as many as strides but received \[32,64\]/],
    [`${full}/normalization_schemes`, ['ZScoreNormalization'], /normalization_schemes.*3 entries/],
    [`${full}/normalization_schemes/0`, 'RGBTo01Normalization', /normalization_schemes\.0.*but received "RGBTo01Normalization"/],
    [`${full}/resampling_fn_data`, 'resample_torch_fornnunet', /resampling_fn_data.*resample_data_or_seg_to_shape.*but received/],
    [`${full}/resampling_fn_data_kwargs/order_z`, 1, /resampling_fn_data_kwargs\.order_z.*expected 0 but received 1/],
    [`${full}/patch_size`, [100, 128, 128], /patch_size.*multiples of/],
    [full, undefined, /configurations\.3d_fullres.*but received nothing/],
    ['transpose_forward', [0, 0, 1], /transpose_forward.*each of 0, 1, 2 once/],
    ['foreground_intensity_properties_per_channel/1', undefined, /foreground_intensity_properties_per_channel.*0, 1, 2/],
  ])('refuses what we cannot represent: %s', (field, value, message) => {
    expect(() => load(changed(field, value))).toThrow(message);
    expect(() => load(changed(field, value))).toThrow(/nnUNetPlans\.json/);
  });

  it('refuses what is no plans file', () => {
    expect(() => load([])).toThrow(/nnUNetPlans\.json, root.*expected object but received \[\]/);
  });
});
