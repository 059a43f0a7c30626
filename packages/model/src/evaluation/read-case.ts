import { GeoscribeError } from '@geoscribe/campaign';
import { compareGeometry, voxelName, type Geometry, type Volume } from '@geoscribe/core-io';
import { readLabelMap, readVolume } from '@geoscribe/core-io/node';
import { withoutIgnored } from '../metrics/without-ignored.js';
import type { CaseFiles } from './pair-files.js';

type LabelMap = Volume<Uint8Array | Uint16Array>;

/** A case's volumes, all on the reference's grid. */
export interface EvaluationCase {
  geometry: Geometry;
  prediction: LabelMap['data'];
  reference: LabelMap['data'];
  against: LabelMap['data'] | null;
}

/** Values that label maps may hold. */
export interface KnownValues {
  labels: readonly number[] | null;
  ignoreLabel: number | undefined;
}

/**
 * Reads a case's label maps.
 *
 * @param table.labels values that may occur beside 0; null where any may.
 * @param table.ignoreLabel value of reference voxels that count for nothing: there all maps are 0, see `withoutIgnored`.
 * @throws GeoscribeError as `readLabelMap`; `GeometryMismatchError` for a grid that is not the reference's;
 *   `InvalidLabelError` for another value.
 */
export async function readCase(files: CaseFiles, { labels, ignoreLabel }: KnownValues): Promise<EvaluationCase> {
  const reference = await readChecked(files.reference, labels, ignoreLabel);
  const known = { reference: reference.data, ignoreLabel };
  const onItsGrid = async (path: string): Promise<LabelMap['data']> => {
    const { geometry, data } = await readChecked(path, labels);
    mustAgree(geometry, reference.geometry, path, files.reference);
    return withoutIgnored(data, known);
  };
  return {
    geometry: reference.geometry,
    reference: withoutIgnored(reference.data, known),
    prediction: await onItsGrid(files.prediction),
    against: files.against === null ? null : await onItsGrid(files.against),
  };
}

/** The first channel of an image on the reference's grid. */
export async function readImage(path: string, files: CaseFiles, geometry: Geometry): Promise<Float32Array> {
  const [first] = await readVolume(path);
  mustAgree(first!.geometry, geometry, path, files.reference);
  return Float32Array.from(first!.data);
}

function mustAgree(geometry: Geometry, expected: Geometry, file: string, reference: string): void {
  const { agree, largestDeviation } = compareGeometry(geometry, expected);
  if (agree) return;
  const grid = ({ dims, spacing }: Geometry): string => `${dims.join(' x ')} voxels of ${spacing.map((mm) => Number(mm.toFixed(4))).join(' x ')} mm`;
  throw new GeoscribeError('GeometryMismatchError', `Grid differs from that of ${reference}`, {
    file,
    expected: grid(expected),
    received: `${grid(geometry)}, corners up to ${largestDeviation.toFixed(2)} mm away`,
    nextStep: 'Resample the file onto the grid of its reference with nearest neighbours, or correct its header.',
  });
}

async function readChecked(path: string, labels: KnownValues['labels'], ignoreLabel?: number): Promise<LabelMap> {
  const map = await readLabelMap(path);
  if (labels === null) return map;
  const allowed = new Uint8Array(65536);
  const values = [0, ...labels, ...(ignoreLabel === undefined ? [] : [ignoreLabel])];
  for (const value of values) allowed[value] = 1;
  const { data, geometry } = map;
  const wrong = data.findIndex((value) => allowed[value] === 0);
  if (wrong === -1) return map;
  throw new GeoscribeError('InvalidLabelError', 'Label map holds a value that the label table does not name', {
    file: path,
    at: voxelName(wrong, geometry.dims),
    expected: `one of ${values.join(', ')}`,
    received: String(data[wrong]),
    nextStep: 'Correct the file, or the labels given with --labels.',
  });
}
