import type { Geometry } from '@geoscribe/core-io';
import { decode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { scribbledPicture, testPicture } from '../../src/report/case-picture.js';
import { classColour } from '../../src/report/colours.js';
import { encodePicture, renderOverlay, type OverlayInput } from '../../src/report/overlay.js';
import { countBySlice, displayPlane, extractSlice } from '../../src/report/plane.js';
import { exampleLayers } from './example-report.js';

const slice = <T extends Uint8Array | Float32Array>(width: number, height: number, data: T) => ({ width, height, data });
const pixel = ({ width, data }: { width: number; data: ArrayLike<number> }, x: number, y: number) => Array.from({ length: 3 }, (_, i) => data[(y * width + x) * 3 + i]);

describe('renderOverlay', () => {
  const base = (): OverlayInput => ({ grey: slice(4, 2, new Float32Array(8)), window: [0, 1], spacing: [1, 1], size: 80, contours: [] });

  it('makes pixels square in mm', () => {
    expect(renderOverlay(base())).toMatchObject({ width: 80, height: 40 });
    expect(renderOverlay({ ...base(), spacing: [0.5, 3] })).toMatchObject({ width: 27, height: 80 });
  });

  it('maps the window to black and white and clips beyond it', () => {
    const grey = slice(4, 1, Float32Array.from([-5, 10, 20, 99]));
    const picture = renderOverlay({ ...base(), grey, window: [10, 20], size: 40 });
    expect(pixel(picture, 0, 5)).toEqual([0, 0, 0]);
    expect(pixel(picture, 39, 5)).toEqual([255, 255, 255]);
    // Output pixels 19 and 20 straddle the middle between voxel 1 (0) and voxel 2 (1): 0.45 and 0.55 of white.
    expect(pixel(picture, 19, 5)[0]).toBe(Math.round(0.45 * 255));
    expect(pixel(picture, 20, 5)[0]).toBe(Math.round(0.55 * 255));
  });

  it('draws contours on the rim of the label only, and never of background', () => {
    const labels = slice(4, 2, Uint8Array.from([0, 0, 2, 2, 0, 0, 2, 2]));
    const picture = renderOverlay({ ...base(), contours: [{ labels, colour: classColour, thickness: 2 }] });
    expect(pixel(picture, 40, 20)).toEqual(classColour(2));
    expect(pixel(picture, 41, 20)).toEqual(classColour(2));
    expect(pixel(picture, 42, 20)).toEqual([0, 0, 0]);
    expect(pixel(picture, 39, 20)).toEqual([0, 0, 0]);
    // The picture's edge is no edge of the label.
    expect(pixel(picture, 79, 0)).toEqual([0, 0, 0]);
  });

  it('draws a dashed contour between two classes once, on the side of the higher one', () => {
    const labels = slice(4, 2, Uint8Array.from([1, 1, 2, 2, 1, 1, 2, 2]));
    const picture = renderOverlay({ ...base(), contours: [{ labels, colour: classColour, thickness: 2, dashed: true }] });
    const column = (x: number) => Array.from({ length: 40 }, (_, y) => pixel(picture, x, y)[0] !== 0).filter(Boolean).length;
    expect(column(39)).toBe(0);
    // Dashes of 5 pixels, 5 apart.
    expect(column(40)).toBe(20);
  });

  it('fills classes with their opacity and leaves background clear', () => {
    const labels = slice(4, 2, Uint8Array.from([0, 0, 1, 1, 0, 0, 1, 1]));
    const picture = renderOverlay({ ...base(), fill: { labels, colour: () => [200, 100, 0], opacity: 0.5 } });
    expect(pixel(picture, 60, 20)).toEqual([100, 50, 0]);
    expect(pixel(picture, 10, 20)).toEqual([0, 0, 0]);
  });

  it('shows background scribbles with a dark rim around, so that thin strokes keep their colour', () => {
    const labels = slice(4, 2, new Uint8Array(8).fill(255));
    labels.data[1] = 0;
    const picture = renderOverlay({ ...base(), seeds: { labels, colour: classColour } });
    expect(pixel(picture, 30, 10)).toEqual(classColour(0));
    expect(pixel(picture, 20, 10)).toEqual(classColour(0));
    expect(pixel(picture, 19, 10)).toEqual([20, 20, 20]);
    expect(pixel(picture, 18, 10)).toEqual([0, 0, 0]);
    expect(pixel(picture, 50, 10)).toEqual([0, 0, 0]);
  });

  it('stands a constant image and encodes a PNG of the right size', () => {
    const picture = renderOverlay({ ...base(), window: [3, 3] });
    const png = decode(encodePicture(picture));
    expect(png).toMatchObject({ width: 80, height: 40, channels: 3, depth: 8 });
    expect(Array.from(png.data)).toEqual(Array.from(picture.data));
  });
});

describe('displayPlane', () => {
  const geometry = (spacing: [number, number, number], axes: number[][]): Geometry => ({
    dims: [4, 5, 6],
    spacing,
    affine: [...axes.flatMap((row, r) => [...row.map((x, c) => x * (spacing[c] ?? 1)), r * 10]), 0, 0, 0, 1],
  });
  const identity = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

  it('is axial for equal spacing, else across the coarsest axis', () => {
    expect(displayPlane(geometry([1, 1, 1], identity))).toMatchObject({ name: 'axial', sliceAxis: 2, slices: 6, width: 4, height: 5 });
    expect(displayPlane(geometry([3, 1, 1], identity))).toMatchObject({ name: 'sagittal', sliceAxis: 0, slices: 4, width: 5, height: 6 });
    expect(displayPlane(geometry([1, 3, 2], identity))).toMatchObject({ name: 'coronal', sliceAxis: 1, spacing: [1, 2] });
  });

  it('puts the patient’s right on the left and anterior on top, whatever the order and sign of the axes', () => {
    // World position of each display pixel must be the same for every orientation of one grid.
    for (const [axes, dims] of [
      [identity, [4, 4, 4]],
      [[[-1, 0, 0], [0, -1, 0], [0, 0, 1]], [4, 4, 4]],
      [[[0, 0, 1], [1, 0, 0], [0, -1, 0]], [4, 4, 4]],
    ] as const) {
      const grid = { ...geometry([1, 1, 1], axes.map((row) => [...row])), dims: [...dims] as [number, number, number] };
      const plane = displayPlane(grid);
      expect(plane.name).toBe('axial');
      const world = (w: number) => Float32Array.from({ length: 64 }, (_, v) => [v % 4, Math.floor(v / 4) % 4, Math.floor(v / 16)].reduce((sum, index, axis) => sum + index * (grid.affine[w * 4 + axis] ?? 0), 0));
      const right = extractSlice(world(0), grid, plane, 1).data;
      const anterior = extractSlice(world(1), grid, plane, 1).data;
      expect((right[0] ?? 0) - (right[1] ?? 0)).toBe(1);
      expect((anterior[0] ?? 0) - (anterior[4] ?? 0)).toBe(1);
    }
  });

  it('names an oblique grid after the nearest axes', () => {
    const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
    expect(displayPlane(geometry([0.5, 0.5, 7.5], [[1, 0, 0], [0, c, -s], [0, s, c]])).name).toBe('axial');
  });

  it('counts voxels by slice along the slice axis', () => {
    const grid = geometry([3, 1, 1], identity);
    expect(countBySlice(grid, displayPlane(grid), (v) => v % 4 === 2)).toEqual([0, 0, 30, 0]);
  });
});

describe('case pictures', () => {
  it('show the slice with a scribble and errors, three PNGs of one size', () => {
    const { caption, panels } = scribbledPicture(exampleLayers());
    // z = 4 carries the stroke; columns 8 and 9 of four rows are wrong there.
    expect(caption).toContain('Axial slice 5 of 8');
    expect(caption).toContain('8 wrong and 2 marked voxels');
    expect(panels).toHaveLength(3);
    for (const { png, width, height } of panels) expect(decode(png)).toMatchObject({ width, height });
    expect(Math.max(panels[0]?.width ?? 0, panels[0]?.height ?? 0)).toBe(384);
  });

  it('fall back to flipped voxels without truth, and need no scribbles', () => {
    const layers = exampleLayers();
    delete layers.truth;
    delete layers.seeds;
    expect(scribbledPicture(layers).caption).toContain('8 flipped and 0 marked voxels');
  });

  it('show a test case before and after', () => {
    const { geometry, image, truth = new Uint8Array(), prediction } = exampleLayers();
    const { caption, panels } = testPicture({ geometry, image, truth, before: prediction, after: truth }, 'Iteration 2');
    expect(caption).toContain('8 wrong voxels before, 0 after');
    expect(panels.map(({ title }) => title)).toEqual(['Preliminary network', 'Iteration 2', 'True label']);
  });

  it('stand an empty case', () => {
    const layers = exampleLayers();
    const empty = { ...layers, truth: new Uint8Array(960), prediction: new Uint8Array(960), pseudoLabel: new Uint8Array(960), seeds: new Uint8Array(960).fill(255) };
    expect(scribbledPicture(empty).caption).toContain('slice 5 of 8, patient’s right on the left; 0 wrong and 0 marked');
  });

  it('are the same for the same layers', () => {
    expect(scribbledPicture(exampleLayers())).toEqual(scribbledPicture(exampleLayers()));
  });
});
