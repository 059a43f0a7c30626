import { Network, type NamedTensor } from '@geoscribe/torch-native';
import { networkSpec } from '../plan/network-spec.js';
import type { Plan } from '../plan/plan.js';
import { counterRandom } from '../training/counter-random.js';

/** State of an untrained network of a plan: weights `model.*` drawn by the seed. */
export async function initialState(plan: Plan, seed: number): Promise<NamedTensor[]> {
  const network = await Network.create({ spec: networkSpec(plan), seed: counterRandom(seed).bits() });
  try {
    return (await network.tensors()).map((tensor) => ({ ...tensor, name: `model.${tensor.name}` }));
  } finally {
    network.dispose();
  }
}
