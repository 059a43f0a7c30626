import type { Geometry } from '@geoscribe/core-io';
import type { Rgb } from './colours.js';
import type { CroppedSlices } from './cropped-slices.js';
import { encodePicture, renderOverlay, type OverlayInput } from './overlay.js';
import { countBySlice, type Plane } from './plane.js';
import type { ReportPanel } from './report-data.js';

/** Output pixels of a panel's longer side: at least 4 per voxel on a hippocampus, sharp on paper. */
const PANEL_SIZE = 384;
const white: Rgb = [255, 255, 255];

/** Makes the panels of one picture. */
export function panelMaker(plane: Plane) {
  return (title: string, description: string, input: Omit<OverlayInput, 'spacing' | 'size'>): ReportPanel => {
    const picture = renderOverlay({ ...input, spacing: plane.spacing, size: PANEL_SIZE });
    return { title, description, png: encodePicture(picture), width: picture.width, height: picture.height };
  };
}

/** The true label as a dashed white outline; nothing where it is not known. */
export function dashedTruth(cut: CroppedSlices, truth: Uint8Array | undefined): OverlayInput['contours'] {
  return truth ? [{ labels: cut.labels(truth), colour: () => white, thickness: 2, dashed: true }] : [];
}

/** Labelled voxels by slice. */
export function foreground(geometry: Geometry, plane: Plane, labels: Uint8Array): number[] {
  return countBySlice(geometry, plane, (v) => labels[v] !== 0);
}

/** Where the slice lies and how it is turned, in words. */
export function position(plane: Plane, index: number): string {
  const name = plane.name.charAt(0).toUpperCase() + plane.name.slice(1);
  const side = plane.name === 'sagittal' ? 'anterior on the left' : 'patient’s right on the left';
  return `${name} slice ${index + 1} of ${plane.slices}, ${side}`;
}

/** The slice with the highest count, by the first of the criteria that counts anything; the middle slice if none does. */
export function chooseSlice(criteria: number[][]): number {
  const counts = criteria.find((one) => Math.max(...one) > 0);
  return counts ? counts.indexOf(Math.max(...counts)) : Math.floor((criteria[0]?.length ?? 0) / 2);
}
