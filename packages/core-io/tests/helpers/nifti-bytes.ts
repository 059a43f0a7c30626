import { encodeNifti, geometryFromAffine, type Volume } from '../../src/index.js';

/** A 4 x 3 x 2 volume of 1.5 x 2 x 2.5 mm, voxel k = k. */
export function smallVolume(): Volume<Int16Array> {
  const affine = [1.5, 0, 0, -10, 0, 2, 0, 20, 0, 0, 2.5, -30, 0, 0, 0, 1];
  return { geometry: geometryFromAffine([4, 3, 2], affine), data: Int16Array.from({ length: 24 }, (_, k) => k) };
}

/** Bytes of `smallVolume` (little-endian) with header entries replaced, each `[kind, offset, value]`. */
export function niftiBytes(...patches: ['int8' | 'int16' | 'int32' | 'float32', number, number][]): Uint8Array {
  const bytes = encodeNifti(smallVolume());
  const view = new DataView(bytes.buffer);
  for (const [kind, at, value] of patches) {
    if (kind === 'int8') view.setInt8(at, value);
    else if (kind === 'int16') view.setInt16(at, value, true);
    else if (kind === 'int32') view.setInt32(at, value, true);
    else view.setFloat32(at, value, true);
  }
  return bytes;
}
