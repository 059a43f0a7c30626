import type { CampaignSettings, PreprocessedCase, TrainedNetwork } from '@geoscribe/campaign';
import { setThreads } from '@geoscribe/torch-native';
import { slidingWindow } from '../inference/sliding-window.js';
import { torchPredictor } from '../inference/torch-predictor.js';
import type { TensorShape } from '../morphology/tensor-shape.js';
import type { Plan } from '../plan/plan.js';
import { openFloats } from './arrays.js';
import { choosePrecision } from './choose-precision.js';
import type { EngineContext } from './engine-context.js';

/**
 * Class probabilities of a preprocessed case by a trained network, on LibTorch.
 *
 * @param onWindows called as windows are done
 * @returns float32 `[C, Z, Y, X]` on the plan's grid
 */
export async function predictProbability(
  input: {
    settings: Pick<CampaignSettings, 'device' | 'precision' | 'threads'>;
    network: Pick<TrainedNetwork, 'checkpoint'>;
    preprocessed: PreprocessedCase;
    onWindows: (done: number, total: number) => void;
  },
  context: EngineContext,
): Promise<{ probability: Float32Array; shape: TensorShape; plan: Plan }> {
  const { settings, network: trained, preprocessed, onWindows } = input;
  const { store, networks, signal } = context;
  setThreads(settings.threads);
  const { network, plan } = await networks.load(trained.checkpoint, settings.device);
  const form = await choosePrecision(settings, plan, context);
  const { data: image, shape } = await openFloats(store, preprocessed.image);
  const probability = await slidingWindow({
    predictor: torchPredictor(network, form, signal),
    image,
    shape,
    channels: plan.dataset.channels.length,
    classes: plan.dataset.labels.length,
    patch: plan.patch,
    mirrorAxes: plan.mirrorAxes,
    batch: settings.device === 'cuda' ? plan.batch : 1,
    onProgress: onWindows,
    signal,
  });
  return { probability, shape, plan };
}
