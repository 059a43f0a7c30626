import { UNMARKED } from '@geoscribe/core-io';
import { encode } from 'fast-png';
import type { Rgb } from './colours.js';
import type { Slice } from './plane.js';

export interface Contour {
  labels: Slice<Uint8Array>;
  colour: (label: number) => Rgb;
  /** Output pixels. */
  thickness: number;
  /** Dashes; between two classes on one side only. */
  dashed?: boolean;
}

export interface OverlayInput {
  /** Grey values; `window` maps to black and white. */
  grey: Slice<Float32Array>;
  window: [low: number, high: number];
  /** mm along columns and rows. */
  spacing: [number, number];
  /** Longest side of the picture in output pixels. */
  size: number;
  /** Class colours over the grey, opacity 0 to 1; label 0 stays clear. */
  fill?: { labels: Slice<Uint8Array>; colour: (label: number) => Rgb; opacity: number };
  contours: Contour[];
  /** Seed map, 255 unmarked: filled with the class's colour, a dark rim around. */
  seeds?: { labels: Slice<Uint8Array>; colour: (label: number) => Rgb };
}

/** RGB picture, 8 bits a channel, row by row. */
export interface RgbPicture {
  width: number;
  height: number;
  data: Uint8Array;
}

const rim: Rgb = [20, 20, 20];
const DASH = 5;

/**
 * A slice as a picture: grey image, class fill, contours, scribbles, in this order.
 *
 * Pixels are square in mm: the longer side becomes `size` output pixels. Grey is bilinear, labels are nearest, so a
 * voxel stays visible as what it is.
 */
export function renderOverlay(input: OverlayInput): RgbPicture {
  const { grey, spacing, size } = input;
  const extent = [grey.width * spacing[0], grey.height * spacing[1]] as const;
  const scale = size / Math.max(...extent);
  const width = Math.max(1, Math.round(extent[0] * scale));
  const height = Math.max(1, Math.round(extent[1] * scale));
  const picture = { width, height, data: new Uint8Array(width * height * 3) };
  paintGrey(picture, input);
  if (input.fill) {
    const { labels, colour, opacity } = input.fill;
    forEachLabel(enlarge(labels, width, height), (pixel, label) => label !== 0 && blend(picture, pixel, colour(label), opacity));
  }
  for (const contour of input.contours) paintContour(picture, contour);
  if (input.seeds) {
    const { colour } = input.seeds;
    const labels = enlarge(input.seeds.labels, width, height);
    forEachLabel(labels, (pixel, label) => {
      if (label !== UNMARKED) blend(picture, pixel, colour(label), 1);
      else if (onEdge(labels, picture, pixel, 1, isOther)) blend(picture, pixel, rim, 1);
    });
  }
  return picture;
}

/** PNG bytes of a picture; the same picture gives the same bytes. */
export function encodePicture(picture: RgbPicture): Uint8Array {
  return encode({ ...picture, channels: 3, depth: 8 }, { zlib: { level: 9 } });
}

function paintGrey(picture: RgbPicture, { grey, window: [low, high] }: OverlayInput): void {
  const span = high > low ? high - low : 1;
  for (let r = 0; r < picture.height; r++) {
    const y = clamp(((r + 0.5) * grey.height) / picture.height - 0.5, grey.height - 1);
    for (let c = 0; c < picture.width; c++) {
      const x = clamp(((c + 0.5) * grey.width) / picture.width - 0.5, grey.width - 1);
      const level = Math.round(clamp((bilinear(grey, x, y) - low) / span, 1) * 255);
      picture.data.fill(level, (r * picture.width + c) * 3, (r * picture.width + c) * 3 + 3);
    }
  }
}

function bilinear({ width, height, data }: Slice<Float32Array>, x: number, y: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [x1, y1] = [Math.min(x0 + 1, width - 1), Math.min(y0 + 1, height - 1)];
  const at = (column: number, row: number) => data[row * width + column] ?? 0;
  const top = at(x0, y0) + (at(x1, y0) - at(x0, y0)) * (x - x0);
  const bottom = at(x0, y1) + (at(x1, y1) - at(x0, y1)) * (x - x0);
  return top + (bottom - top) * (y - y0);
}

function paintContour(picture: RgbPicture, { labels, colour, thickness, dashed }: Contour): void {
  const enlarged = enlarge(labels, picture.width, picture.height);
  forEachLabel(enlarged, (pixel, label) => {
    if (label === 0 || !onEdge(enlarged, picture, pixel, thickness, dashed ? isLower : isOther)) return;
    const [x, y] = [pixel % picture.width, Math.floor(pixel / picture.width)];
    if (dashed && Math.floor((x + y) / DASH) % 2 === 1) return;
    blend(picture, pixel, colour(label), 1);
  });
}

type Comparison = (neighbour: number | undefined, own: number | undefined) => boolean;

const isOther: Comparison = (neighbour, own) => neighbour !== own;
const isLower: Comparison = (neighbour = 0, own = 0) => neighbour < own;

/** True where the comparison holds for a pixel within `reach` along a row or column. */
function onEdge(labels: Uint8Array, { width, height }: RgbPicture, pixel: number, reach: number, holds: Comparison): boolean {
  const [x, y] = [pixel % width, Math.floor(pixel / width)];
  const own = labels[pixel];
  for (let d = 1; d <= reach; d++) {
    if (x >= d && holds(labels[pixel - d], own)) return true;
    if (x + d < width && holds(labels[pixel + d], own)) return true;
    if (y >= d && holds(labels[pixel - d * width], own)) return true;
    if (y + d < height && holds(labels[pixel + d * width], own)) return true;
  }
  return false;
}

/** Labels at output pixels: the voxel whose area holds the pixel's centre. */
function enlarge({ width, height, data }: Slice<Uint8Array>, outWidth: number, outHeight: number): Uint8Array {
  const out = new Uint8Array(outWidth * outHeight);
  for (let r = 0; r < outHeight; r++) {
    const row = Math.floor(((r + 0.5) * height) / outHeight) * width;
    for (let c = 0; c < outWidth; c++) out[r * outWidth + c] = data[row + Math.floor(((c + 0.5) * width) / outWidth)] ?? 0;
  }
  return out;
}

function forEachLabel(labels: Uint8Array, paint: (pixel: number, label: number) => unknown): void {
  labels.forEach((label, pixel) => paint(pixel, label));
}

function blend(picture: RgbPicture, pixel: number, colour: Rgb, opacity: number): void {
  colour.forEach((channel, i) => {
    const under = picture.data[pixel * 3 + i] ?? 0;
    picture.data[pixel * 3 + i] = Math.round(under + (channel - under) * opacity);
  });
}

function clamp(value: number, high: number): number {
  return Math.min(Math.max(value, 0), high);
}
