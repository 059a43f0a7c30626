import type { NetworkSpec } from '@geoscribe/torch-native';
import type { Plan } from './plan.js';

/** The network of a plan, as torch-native builds it and the ONNX export writes it. */
export function networkSpec(plan: Plan): NetworkSpec {
  return {
    inputChannels: plan.dataset.channels.length,
    classes: plan.dataset.labels.length,
    stages: plan.stages.map((stage) => ({ ...stage })),
  };
}
