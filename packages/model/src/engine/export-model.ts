import type { ExportModelInput, ExportModelOutput, ImportedCase } from '@geoscribe/campaign';
import { setThreads } from '@geoscribe/torch-native';
import { calibrate } from '../inference/calibrate.js';
import type { Calibration } from '../inference/calibration.js';
import { torchPredictor } from '../inference/torch-predictor.js';
import { exportOnnx } from '../onnx/export-onnx.js';
import type { Plan } from '../plan/plan.js';
import { finalTensors } from '../training/checkpoint.js';
import { choosePrecision } from './choose-precision.js';
import type { EngineContext } from './engine-context.js';
import { readCheckpoint } from './network-cache.js';
import { validationCases } from './training-cases.js';

/**
 * The network as an ONNX file with its plan and where it comes from; its temperature is fitted on the validation cases where
 * there are any. The loop's own predictions stay as the network makes them.
 *
 * Errors: `InvalidCheckpointError`; those of reading and preprocessing a validation case, naming it.
 */
export async function exportModel(input: ExportModelInput, context: EngineContext): Promise<ExportModelOutput> {
  const { network: trained, validation = [] } = input;
  const { store } = context;
  const { plan, training, state } = await readCheckpoint(store, trained.checkpoint);
  const calibration = validation.length === 0 ? null : await calibrated({ ...input, validation }, plan, context);
  const bytes = exportOnnx({
    plan,
    tensors: finalTensors(state),
    training: { ...training, checkpoint: trained.checkpoint.sha256 },
    calibration,
  });
  return { model: await store.put(bytes, 'onnx-model'), bytes: bytes.byteLength };
}

async function calibrated(
  { settings, network: trained, validation }: ExportModelInput & { validation: ImportedCase[] },
  plan: Plan,
  context: EngineContext,
): Promise<Calibration | null> {
  const { networks, progress, signal } = context;
  setThreads(settings.threads);
  const { network } = await networks.load(trained.checkpoint, settings.device);
  return calibrate({
    predictor: torchPredictor(network, await choosePrecision(settings, plan, context)),
    plan,
    cases: await validationCases(validation, plan, context),
    seed: settings.seed,
    onProgress: (done, total) => progress({ step: 'calibrate', done, total }),
    signal,
  });
}
