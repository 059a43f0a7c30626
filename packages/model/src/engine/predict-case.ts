import type { ArtifactRef, PredictCaseInput, Prediction } from '@geoscribe/campaign';
import { encodeNpy } from '@geoscribe/core-io';
import { encodeVolumeFile } from '@geoscribe/core-io/node';
import { argmax } from '../inference/softmax.js';
import { givenProbability } from '../preprocessing/given-probability.js';
import { restoreProbability } from '../preprocessing/restore.js';
import type { EngineContext } from './engine-context.js';
import { readVolumes } from './imported-case.js';
import { predictProbability } from './predict-probability.js';
import { preprocessedCase } from './preprocess-cache.js';
import { readProperties } from './training-cases.js';

/**
 * Predicts one case, or takes over what another system predicted: probability (float16) and label on the plan's grid, label map on the image's own grid.
 *
 * Errors: those of reading and preprocessing, naming the case; `InvalidCheckpointError`.
 */
export async function predictCase(input: PredictCaseInput, context: EngineContext): Promise<Prediction> {
  const { settings, network, case: imported, given } = input;
  const { store, networks, progress } = context;
  const { plan } = await networks.load(network.checkpoint, settings.device);
  const preprocessed = await preprocessedCase({ imported, plan, labelUse: 'none' }, context);
  const properties = await readProperties(preprocessed, context);
  const { shape } = properties;
  const predicted = async (): Promise<Float32Array> => {
    const onWindows = (done: number, total: number): void => progress({ step: 'predict', done, total });
    return (await predictProbability({ settings, network, preprocessed, onWindows }, context)).probability;
  };
  const takenOver = async (ref: ArtifactRef): Promise<Float32Array> => {
    const volumes = await readVolumes(store, ref, imported.id);
    return givenProbability({ volumes, properties, plan, file: `given prediction of ${imported.id}` });
  };
  const probability = given === undefined ? await predicted() : await takenOver(given);
  const classes = plan.dataset.labels.length;
  const { labelMap } = restoreProbability({ probability, classes, properties, plan });
  return {
    caseId: imported.id,
    preprocessed,
    probability: await store.put(encodeNpy({ shape: [classes, ...shape], data: probability, dtype: 'float16' }), 'probability-map'),
    label: await store.put(encodeNpy({ shape, data: argmax(probability, classes) }), 'label-map'),
    labelMap: await store.put(await encodeVolumeFile(labelMap), 'label-map'),
  };
}
