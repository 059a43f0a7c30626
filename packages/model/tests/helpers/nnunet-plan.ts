import type { TensorShape } from '../../src/morphology/tensor-shape.js';
import type { Normalization, Plan } from '../../src/plan/plan.js';
import { inverseOrder } from '../../src/preprocessing/permute.js';
import { planFor } from './plans.js';

/** Settings of nnU-Net's preprocessor, in the words of its plans. */
export interface NnunetVariant {
  name: string;
  transpose: Plan['transposeForward'];
  /** On the plan's grid, after the permutation. */
  spacing: TensorShape;
  normalization: ('ZScore' | 'CT' | 'RescaleTo01' | 'No')[];
  mask: boolean[];
}

export type NnunetIntensities = Record<'mean' | 'median' | 'std' | 'min' | 'max' | 'percentile_00_5' | 'percentile_99_5', number>;

const schemes: Record<NnunetVariant['normalization'][number], Normalization['scheme']> = {
  ZScore: 'z-score',
  CT: 'CT',
  RescaleTo01: 'rescale-to-0-1',
  No: 'none',
};

/** Our plan of the same settings. */
export function nnunetPlan(
  { transpose, spacing, normalization, mask }: NnunetVariant,
  { channels, classes, intensities }: { channels: number; classes: number; intensities: NnunetIntensities },
): Plan {
  const { percentile_00_5: percentile00_5, percentile_99_5: percentile99_5, ...rest } = intensities;
  const names = (count: number): string[] => Array.from({ length: count }, (_, k) => `name ${k}`);
  return {
    ...planFor({ spacing, shape: [12, 16, 20], channels: names(channels), labels: names(classes) }),
    transposeForward: transpose,
    transposeBackward: inverseOrder(transpose) as Plan['transposeBackward'],
    targetSpacing: spacing,
    normalization: normalization.map((name, channel) => ({ scheme: schemes[name], useMask: mask[channel]! })),
    foregroundIntensities: Array.from({ length: channels }, () => ({ ...rest, percentile00_5, percentile99_5 })),
  };
}
