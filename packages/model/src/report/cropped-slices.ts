import { UNMARKED, type Geometry } from '@geoscribe/core-io';
import { extractSlice, type Plane, type Slice } from './plane.js';

/** mm around what is shown, and its share of the extent. */
const MARGIN = { millimetres: 8, share: 0.25 };

/** Cuts the same window out of any layer of one grid. */
export interface CroppedSlices {
  grey(data: Float32Array): Slice<Float32Array>;
  labels(data: Uint8Array): Slice<Uint8Array>;
}

/** A slice cropped to a square around what labels and seeds cover on it, plus a margin; the whole slice if nothing. */
export function croppedSlices(geometry: Geometry, plane: Plane, index: number, labels: Uint8Array[], seeds?: Uint8Array): CroppedSlices {
  const shown = labels.map((layer) => extractSlice(layer, geometry, plane, index));
  const marks = seeds && extractSlice(seeds, geometry, plane, index);
  const box = cropBox(plane, (pixel) => shown.some(({ data }) => data[pixel] !== 0) || (marks !== undefined && marks.data[pixel] !== UNMARKED));
  const cut = <T extends Uint8Array | Float32Array>(data: T) => crop(extractSlice(data, geometry, plane, index), box);
  return { grey: cut<Float32Array>, labels: cut<Uint8Array> };
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

function cropBox({ width, height, spacing }: Plane, isShown: (pixel: number) => boolean): Box {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (!isShown(pixel)) continue;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  if (right < 0) return { left: 0, top: 0, width, height };
  const half = Math.max((right - left + 1) * spacing[0], (bottom - top + 1) * spacing[1]) * (0.5 + MARGIN.share) + MARGIN.millimetres;
  const along = (low: number, high: number, step: number, size: number): [number, number] => {
    const centre = (low + high + 1) / 2;
    const start = Math.max(0, Math.floor(centre - half / step));
    return [start, Math.min(size, Math.ceil(centre + half / step)) - start];
  };
  const [x, w] = along(left, right, spacing[0], width);
  const [y, h] = along(top, bottom, spacing[1], height);
  return { left: x, top: y, width: w, height: h };
}

function crop<T extends Uint8Array | Float32Array>({ width, data }: Slice<T>, box: Box): Slice<T> {
  const out = data.slice(0, box.width * box.height) as T;
  for (let r = 0; r < box.height; r++) {
    const from = (box.top + r) * width + box.left;
    out.set(data.subarray(from, from + box.width), r * box.width);
  }
  return { width: box.width, height: box.height, data: out };
}
