import { GeoscribeError } from '@geoscribe/campaign';
import { decodeNifti } from './decode-nifti.js';
import { voxelName } from './voxel-name.js';
import type { Volume } from './volume.js';

/** Distance from a whole number that counts as rounding: `scl_slope` is float32, 65535 of its last places are 0.004. */
const ROUNDING = 0.005;

/**
 * Label map of a 3-D NIfTI-1 file, whatever type it is stored in.
 *
 * Whole numbers stored as float, or scaled by `scl_slope`, are accepted (within 0.005).
 *
 * Returns Uint8Array where all labels are at most 255, else Uint16Array.
 *
 * Errors: those of `decodeNifti`; `InvalidLabelError` for a 4-D file and for a negative, fractional, NaN or too large
 * value, naming the first voxel that has one.
 */
export function decodeLabelMap(bytes: Uint8Array, { file }: { file: string }): Volume<Uint8Array | Uint16Array> {
  const volumes = decodeNifti(bytes, { file });
  const volume = volumes[0] as Volume;
  if (volumes.length !== 1) {
    throw new GeoscribeError('InvalidLabelError', 'Label map has more than one volume', {
      file,
      field: 'dim[4]',
      at: 'byte 48',
      expected: '1',
      received: String(volumes.length),
    });
  }
  const { geometry, data } = volume;
  if (data instanceof Uint8Array || data instanceof Uint16Array) {
    return { geometry, data: data instanceof Uint16Array && data.every((v) => v <= 255) ? Uint8Array.from(data) : data };
  }
  let highest = 0;
  for (let k = 0; k < data.length; k++) {
    const value = data[k] as number;
    const whole = Math.round(value);
    if (!(Math.abs(value - whole) <= ROUNDING && whole >= 0 && whole <= 65535)) {
      throw new GeoscribeError('InvalidLabelError', 'Value is not a label', {
        file,
        at: voxelName(k, geometry.dims),
        expected: 'a whole number from 0 to 65535',
        received: String(value),
        nextStep: 'Check that the file is a label map and not an image, and that it was resampled without interpolation.',
      });
    }
    highest = Math.max(highest, whole);
  }
  const labels = highest <= 255 ? new Uint8Array(data.length) : new Uint16Array(data.length);
  for (let k = 0; k < data.length; k++) labels[k] = Math.round(data[k] as number);
  return { geometry, data: labels };
}
