import type { ArtifactRef, Device } from '@geoscribe/campaign';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { Network } from '@geoscribe/torch-native';
import { networkSpec } from '../plan/network-spec.js';
import { decodeCheckpoint, finalTensors, type Checkpoint } from '../training/checkpoint.js';

export interface LoadedNetwork {
  network: Network;
  plan: Checkpoint['plan'];
}

/** Holds the network of the last checkpoint asked for: cases are predicted one after the other with the same one. */
export interface NetworkCache {
  /** Errors: `CorruptArtifactError`, `InvalidCheckpointError`. */
  load(checkpoint: ArtifactRef, device: Device): Promise<LoadedNetwork>;
  /** Frees the network. */
  dispose(): void;
}

export function networkCache(store: ArtifactStore): NetworkCache {
  let held: { key: string; loaded: LoadedNetwork } | null = null;
  const dispose = (): void => {
    held?.loaded.network.dispose();
    held = null;
  };
  return {
    dispose,
    async load(checkpoint, device) {
      const key = `${checkpoint.sha256} ${device}`;
      if (held?.key === key) return held.loaded;
      const { plan, state } = await readCheckpoint(store, checkpoint);
      const network = await Network.load({ spec: networkSpec(plan), tensors: finalTensors(state), device });
      dispose();
      held = { key, loaded: { network, plan } };
      return held.loaded;
    },
  };
}

/** Errors: `CorruptArtifactError`, `InvalidCheckpointError`. */
export async function readCheckpoint(store: ArtifactStore, ref: ArtifactRef): Promise<Checkpoint> {
  return decodeCheckpoint(await store.get(ref), { file: `checkpoint ${ref.sha256.slice(0, 12)}` });
}
