import { writeFileSync } from 'node:fs';
import { Network } from '@geoscribe/torch-native';
import type { Calibration } from '../../src/inference/calibration.js';
import { networkSpec } from '../../src/plan/network-spec.js';
import type { Plan } from '../../src/plan/plan.js';
import { encodeCheckpoint } from '../../src/training/checkpoint.js';
import type { TrainingRecord } from '../../src/training/training-record.js';

const training: TrainingRecord = {
  kind: 'preliminary',
  seed: 1,
  device: 'cpu',
  precision: 'float32',
  threads: 1,
  epochs: 1,
  stepsPerEpoch: 1,
  learningRate: 0.01,
  firstStep: 0,
  totalSteps: 1,
  history: [{ epoch: 1, loss: 0.5, learningRate: 0.01 }],
};

/** Writes a checkpoint with random weights of a seed, whose head is strong enough for sure answers. */
export async function writeCheckpoint(file: string, { plan, seed, calibration }: { plan: Plan; seed: number; calibration?: Calibration }): Promise<void> {
  const network = await Network.create({ spec: networkSpec(plan), seed });
  const state = (await network.tensors()).map(({ name, shape, data }) => ({
    name: `model.${name}`,
    shape,
    data: name === 'head.0.weight' ? data.map((v) => 5 * v) : data,
  }));
  network.dispose();
  writeFileSync(file, encodeCheckpoint({ plan, training, state, ...(calibration !== undefined && { calibration }) }));
}
