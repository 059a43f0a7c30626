import type { Geometry } from '@geoscribe/core-io';
import { UNMARKED } from '@geoscribe/core-io';
import { classColour } from './colours.js';
import { croppedSlices } from './cropped-slices.js';
import { displayWindow } from './display-window.js';
import { chooseSlice, dashedTruth, foreground, panelMaker, position } from './panels.js';
import { countBySlice, displayPlane } from './plane.js';
import type { ReportPanel } from './report-data.js';

/** Arrays of one case on one grid, flat, x fastest. */
export interface CaseLayers {
  geometry: Geometry;
  /** Any intensity scale. */
  image: Float32Array;
  /** True labels, where known. */
  truth?: Uint8Array;
}

export interface ScribbledLayers extends CaseLayers {
  /** The prediction that the annotator saw. */
  prediction: Uint8Array;
  /** 255 unmarked. */
  seeds?: Uint8Array;
  pseudoLabel: Uint8Array;
  /** 0 to 1. */
  confidence: Float32Array;
}

export interface TestLayers extends CaseLayers {
  truth: Uint8Array;
  before: Uint8Array;
  after: Uint8Array;
}

export interface CasePicture {
  caption: string;
  panels: ReportPanel[];
}

/**
 * Three panels of a proofread case: the network's prediction, the scribbles, the pseudo label over its confidence.
 *
 * The slice is the one with most errors against the truth (without truth: most flipped voxels), among those that carry a
 * scribble if any does.
 */
export function scribbledPicture(layers: ScribbledLayers): CasePicture {
  const { prediction, seeds, pseudoLabel, confidence, truth } = layers;
  const plane = displayPlane(layers.geometry);
  const errors = countBySlice(layers.geometry, plane, (v) => prediction[v] !== (truth ?? pseudoLabel)[v]);
  const marks = countBySlice(layers.geometry, plane, (v) => seeds !== undefined && seeds[v] !== UNMARKED);
  const errorsBesideMarks = errors.map((count, slice) => ((marks[slice] ?? 0) > 0 ? count : 0));
  const index = chooseSlice([errorsBesideMarks, errors, marks, foreground(layers.geometry, plane, prediction)]);
  const cut = croppedSlices(layers.geometry, plane, index, [prediction, pseudoLabel, ...(truth ? [truth] : [])], seeds);
  const image = cut.grey(layers.image);
  const window = displayWindow(layers.image, truth ?? pseudoLabel);
  const panel = panelMaker(plane);
  const outline = { labels: cut.labels(prediction), colour: classColour, thickness: 2 };
  return {
    caption: `${position(plane, index)}; ${errors[index] ?? 0} ${truth ? 'wrong' : 'flipped'} and ${marks[index] ?? 0} marked voxels in the slice. Prediction and pseudo label are solid outlines${truth ? ', the true label a dashed white one' : ''}. Third panel: confidence from 0 (black) to 1 (white).`,
    panels: [
      panel('Prediction shown to the annotator', 'image with the outline of the network’s prediction', {
        grey: image,
        window,
        contours: [...dashedTruth(cut, truth), outline],
      }),
      panel('Scribbles', 'image with the scribbles in the colour of their class', {
        grey: image,
        window,
        contours: [{ ...outline, thickness: 1 }],
        ...(seeds && { seeds: { labels: cut.labels(seeds), colour: classColour } }),
      }),
      panel('Pseudo label over confidence', 'confidence in grey with the outline of the pseudo label', {
        grey: cut.grey(confidence),
        window: [0, 1],
        contours: [{ labels: cut.labels(pseudoLabel), colour: classColour, thickness: 2 }],
      }),
    ],
  };
}

/** Three panels of a test case: preliminary network, last iteration, true label, on the last iteration's worst slice. */
export function testPicture(layers: TestLayers, afterName: string): CasePicture {
  const { truth, before, after } = layers;
  const plane = displayPlane(layers.geometry);
  const wrong = (labels: Uint8Array) => countBySlice(layers.geometry, plane, (v) => labels[v] !== truth[v]);
  const [errorsBefore, errors] = [wrong(before), wrong(after)];
  const index = chooseSlice([errors, errorsBefore, foreground(layers.geometry, plane, truth)]);
  const cut = croppedSlices(layers.geometry, plane, index, [truth, before, after]);
  const base = { grey: cut.grey(layers.image), window: displayWindow(layers.image, truth) };
  const panel = panelMaker(plane);
  const predicted = (labels: Uint8Array) => [...dashedTruth(cut, truth), { labels: cut.labels(labels), colour: classColour, thickness: 2 }];
  return {
    caption: `${position(plane, index)}, the slice with most errors after the last iteration: ${errorsBefore[index] ?? 0} wrong voxels before, ${errors[index] ?? 0} after. The dashed white outline is the true label.`,
    panels: [
      panel('Preliminary network', 'image with the outline of the preliminary prediction', { ...base, contours: predicted(before) }),
      panel(afterName, `image with the outline of the prediction after ${afterName}`, { ...base, contours: predicted(after) }),
      panel('True label', 'image with the true label filled in', {
        ...base,
        fill: { labels: cut.labels(truth), colour: classColour, opacity: 0.45 },
        contours: [],
      }),
    ],
  };
}
