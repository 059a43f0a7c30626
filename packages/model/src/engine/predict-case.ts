import type { PredictCaseInput, Prediction } from '@geoscribe/campaign';
import { encodeNpy } from '@geoscribe/core-io';
import { encodeVolumeFile } from '@geoscribe/core-io/node';
import { argmax } from '../inference/softmax.js';
import { restoreProbability } from '../preprocessing/restore.js';
import type { EngineContext } from './engine-context.js';
import { predictProbability } from './predict-probability.js';
import { preprocessedCase } from './preprocess-cache.js';
import { readProperties } from './training-cases.js';

/**
 * Predicts one case: probability (float16) and label on the plan's grid, label map on the image's own grid.
 *
 * Errors: those of reading and preprocessing, naming the case; `InvalidCheckpointError`.
 */
export async function predictCase(input: PredictCaseInput, context: EngineContext): Promise<Prediction> {
  const { settings, network, case: imported } = input;
  const { store, networks, progress } = context;
  const { plan } = await networks.load(network.checkpoint, settings.device);
  const preprocessed = await preprocessedCase({ imported, plan, labelUse: 'none' }, context);
  const { probability, shape } = await predictProbability(
    { settings, network, preprocessed, onWindows: (done, total) => progress({ step: 'predict', done, total }) },
    context,
  );
  const classes = plan.dataset.labels.length;
  const properties = await readProperties(preprocessed, context);
  const { labelMap } = restoreProbability({ probability, classes, properties, plan });
  return {
    caseId: imported.id,
    preprocessed,
    probability: await store.put(encodeNpy({ shape: [classes, ...shape], data: probability, dtype: 'float16' }), 'probability-map'),
    label: await store.put(encodeNpy({ shape, data: argmax(probability, classes) }), 'label-map'),
    labelMap: await store.put(await encodeVolumeFile(labelMap), 'label-map'),
  };
}
