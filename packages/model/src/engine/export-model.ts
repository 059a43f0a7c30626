import type { ExportModelInput, ExportModelOutput } from '@geoscribe/campaign';
import { exportOnnx } from '../onnx/export-onnx.js';
import { finalTensors } from '../training/checkpoint.js';
import type { EngineContext } from './engine-context.js';
import { readCheckpoint } from './network-cache.js';

/** The network as an ONNX file with its plan and where it comes from. Errors: `InvalidCheckpointError`. */
export async function exportModel({ network }: ExportModelInput, { store }: EngineContext): Promise<ExportModelOutput> {
  const { plan, training, state } = await readCheckpoint(store, network.checkpoint);
  const bytes = exportOnnx({
    plan,
    tensors: finalTensors(state),
    training: { ...training, checkpoint: network.checkpoint.sha256 },
  });
  return { model: await store.put(bytes, 'onnx-model'), bytes: bytes.byteLength };
}
