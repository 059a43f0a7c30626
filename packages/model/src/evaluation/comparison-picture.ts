import type { CasePicture } from '../report/case-picture.js';
import { classColour } from '../report/colours.js';
import { croppedSlices } from '../report/cropped-slices.js';
import { displayWindow } from '../report/display-window.js';
import { chooseSlice, dashedTruth, foreground, panelMaker, position } from '../report/panels.js';
import { countBySlice, displayPlane } from '../report/plane.js';
import type { EvaluationCase } from './read-case.js';

/**
 * A case on the slice where the prediction has most wrong voxels: prediction, the other model's where there is one, and
 * reference.
 *
 * @param layers.image on the reference's grid; without it the labels stand on black.
 */
export function comparisonPicture(layers: EvaluationCase & { image: Float32Array | null }): CasePicture {
  const { geometry } = layers;
  const [prediction, reference] = [coloured(layers.prediction), coloured(layers.reference)];
  const against = layers.against === null ? null : coloured(layers.against);
  const plane = displayPlane(geometry);
  const wrong = (labels: EvaluationCase['prediction']) => countBySlice(geometry, plane, (v) => labels[v] !== layers.reference[v]);
  const errors = wrong(layers.prediction);
  const index = chooseSlice([errors, foreground(geometry, plane, reference)]);
  const cut = croppedSlices(geometry, plane, index, [prediction, reference, ...(against === null ? [] : [against])]);
  const { image } = layers;
  const base = {
    grey: cut.grey(image ?? new Float32Array(reference.length)),
    window: image === null ? ([0, 1] as [number, number]) : displayWindow(image, reference),
  };
  const panel = panelMaker(plane);
  const ground = image === null ? '' : 'image with ';
  const outlined = (title: string, labels: Uint8Array) =>
    panel(title, `${ground}the outlines of ${title.toLowerCase()} and reference`, {
      ...base,
      ...(image === null && { fill: { labels: cut.labels(labels), colour: classColour, opacity: 0.45 } }),
      contours: [...dashedTruth(cut, reference), { labels: cut.labels(labels), colour: classColour, thickness: 2 }],
    });
  return {
    caption: `${position(plane, index)}, the slice with most wrong voxels: ${errors[index] ?? 0} of the prediction${layers.against === null ? '' : `, ${wrong(layers.against)[index] ?? 0} of the other model`}. The dashed white outline is the reference.`,
    panels: [
      outlined('Prediction', prediction),
      ...(against === null ? [] : [outlined('Other model', against)]),
      panel('Reference', `${ground}the reference filled in`, {
        ...base,
        fill: { labels: cut.labels(reference), colour: classColour, opacity: 0.45 },
        contours: [],
      }),
    ],
  };
}

/** Labels as bytes that keep their colour, of which there are seven: 252 is a multiple. */
function coloured(labels: Uint8Array | Uint16Array): Uint8Array {
  return labels instanceof Uint8Array ? labels : Uint8Array.from(labels, (value) => (value === 0 ? 0 : ((value - 1) % 252) + 1));
}
