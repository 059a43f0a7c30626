import { GeoscribeError, type ArtifactRef } from '@geoscribe/campaign';
import { decodeNpy } from '@geoscribe/core-io';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { mapFile } from '@geoscribe/torch-native';
import type { TensorShape } from '../morphology/tensor-shape.js';

export interface StoredArray<T> {
  data: T;
  /** The last three axes, `[z, y, x]`. */
  shape: TensorShape;
}

/** A float32 array of the store, memory-mapped; float16 is widened into a copy. Errors: `CorruptArtifactError`. */
export async function openFloats(store: ArtifactStore, ref: ArtifactRef): Promise<StoredArray<Float32Array>> {
  const { data, shape } = await openArray(store, ref);
  if (data instanceof Float32Array) return { data, shape };
  throw wrongType(ref, 'float32 or float16', data.constructor.name);
}

/** A uint8 array of the store, memory-mapped; uint16 labels of fewer than 256 classes are narrowed into a copy. */
export async function openLabels(store: ArtifactStore, ref: ArtifactRef): Promise<StoredArray<Uint8Array>> {
  const { data, shape } = await openArray(store, ref);
  if (data instanceof Uint8Array) return { data, shape };
  if (data instanceof Uint16Array) return { data: Uint8Array.from(data), shape };
  throw wrongType(ref, 'uint8 or uint16', data.constructor.name);
}

async function openArray(store: ArtifactStore, ref: ArtifactRef) {
  const mapped = new Uint8Array(mapFile(await store.path(ref)));
  const { data, shape } = decodeNpy(mapped, { file: `${ref.kind} ${ref.sha256.slice(0, 12)}` });
  return { data, shape: shape.slice(-3) as TensorShape };
}

function wrongType(ref: ArtifactRef, expected: string, received: string): GeoscribeError {
  return new GeoscribeError('CorruptArtifactError', 'Array has another type than its kind', { file: ref.uri, field: ref.kind, expected, received });
}
