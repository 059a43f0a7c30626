import { GeoscribeError } from '@geoscribe/campaign';
import { join } from 'node:path';
import { assertSameGeometry, compareGeometry, firstNotFinite, isConstant, voxelName, type Volume } from '../index.js';
import type { LabelMeaning } from './dataset-json.js';
import type { DatasetListing } from './dataset-listing.js';
import { readLabelMap, readVolume } from './volume-file.js';

export interface LoadedCase {
  /** In the order of the description's channels, all on the grid of the first. */
  channels: Volume[];
  label?: Volume<Uint8Array | Uint16Array>;
  /** Value of the label's voxels that nobody annotated; absent where it has none. */
  ignoreLabel?: number;
  /** Largest deviation in mm that `trustImageGeometry` overrode; absent where all grids agree. */
  overriddenDeviation?: number;
}

/**
 * Reads one case and checks that its channels and label lie on one grid.
 *
 * `trustImageGeometry`: where dims are equal but positions differ, use the first channel's geometry for all and say by
 * how much they differed.
 *
 * Errors: `UnknownCaseError`; `GeometryMismatchError` naming the file and the largest deviation; `InvalidDatasetError`
 * where the file has another number of channels; `InvalidVolumeError` for an intensity that is not finite and for an image
 * of one intensity; `InvalidLabelError` for a label beyond the data set's and for one that is ignored everywhere; as `readVolume` and `readLabelMap`.
 */
export async function loadCase(
  dir: string,
  listing: DatasetListing,
  id: string,
  { trustImageGeometry }: { trustImageGeometry: boolean },
): Promise<LoadedCase> {
  const entry = listing.cases.find((candidate) => candidate.id === id);
  if (entry === undefined) {
    throw new GeoscribeError('UnknownCaseError', 'Data set has no such case', {
      file: dir,
      field: 'id',
      expected: `one of ${listing.cases.length} cases (${listing.cases.slice(0, 3).map((known) => known.id).join(', ')}, ...)`,
      received: id,
    });
  }
  const files: { path: string; volume: Volume }[] = [];
  for (const path of entry.images) {
    for (const volume of await readVolume(join(dir, path))) files.push({ path, volume });
  }
  const { channels } = listing.description;
  if (files.length !== channels.length) {
    throw new GeoscribeError('InvalidDatasetError', 'Number of channels differs from dataset.json', {
      file: entry.images.join(', '),
      field: 'dim[4]',
      expected: `${channels.length} (${channels.join(', ')})`,
      received: String(files.length),
      nextStep: 'Add the missing channel files, or correct the channels in dataset.json.',
    });
  }
  checkIntensities(files, channels, entry.images.join(', '));
  const [first] = files as [{ path: string; volume: Volume }];
  const label = entry.label === undefined ? undefined : await readLabelMap(join(dir, entry.label));
  const ignoreLabel = label && ignoredValue(label, listing.description, entry.label as string);

  let overriddenDeviation = 0;
  const onGridOfFirst = <T extends Volume>(volume: T, file: string): T => {
    const { geometry } = first.volume;
    const { agree, largestDeviation } = compareGeometry(volume.geometry, geometry);
    if (agree) return volume;
    const sameDims = volume.geometry.dims.join() === geometry.dims.join();
    if (!trustImageGeometry || !sameDims) assertSameGeometry(volume.geometry, geometry, { file, otherFile: first.path });
    overriddenDeviation = Math.max(overriddenDeviation, largestDeviation);
    return { ...volume, geometry };
  };
  return {
    channels: files.map(({ path, volume }) => onGridOfFirst(volume, path)),
    ...(label !== undefined && { label: onGridOfFirst(label, entry.label as string) }),
    ...(ignoreLabel !== undefined && { ignoreLabel }),
    ...(overriddenDeviation > 0 && { overriddenDeviation }),
  };
}

function checkIntensities(files: { path: string; volume: Volume }[], channels: string[], image: string): void {
  files.forEach(({ path, volume: { data, geometry } }, k) => {
    const wrong = firstNotFinite(data);
    if (wrong < 0) return;
    throw new GeoscribeError('InvalidVolumeError', 'Image holds a value that is not a number', {
      file: path,
      field: channels[k]!,
      at: voxelName(wrong, geometry.dims),
      expected: 'finite intensities',
      received: String(data[wrong]),
      nextStep: 'Replace missing voxels by 0, or export the image again.',
    });
  });
  if (!files.every(({ volume }) => isConstant(volume.data))) return;
  throw new GeoscribeError('InvalidVolumeError', 'Image is constant', {
    file: image,
    field: 'voxels',
    expected: 'more than one intensity',
    received: `${files.map(({ volume }) => volume.data[0]).join(', ')} in every voxel`,
    nextStep: 'Export the image again, or take the case out of the data set.',
  });
}

/** Checks a label's values; @returns the ignore label where some voxel has it. */
function ignoredValue({ data, geometry }: Volume<Uint8Array | Uint16Array>, meaning: LabelMeaning, file: string): number | undefined {
  const { labels, ignoreLabel } = meaning;
  const wrong = data.findIndex((value) => value >= labels.length && value !== ignoreLabel);
  if (wrong >= 0) {
    throw new GeoscribeError('InvalidLabelError', 'Label map holds a label that dataset.json does not name', {
      file,
      field: 'voxels',
      at: voxelName(wrong, geometry.dims),
      expected: `labels 0 to ${labels.length - 1} (${labels.join(', ')})${ignoreLabel === undefined ? '' : `, or ${ignoreLabel} (ignore)`}`,
      received: String(data[wrong]),
      nextStep: 'Name the label in dataset.json, or correct the label map.',
    });
  }
  if (ignoreLabel === undefined || !data.includes(ignoreLabel)) return undefined;
  if (data.some((value) => value !== ignoreLabel)) return ignoreLabel;
  throw new GeoscribeError('InvalidLabelError', 'Label map is ignored everywhere', {
    file,
    field: 'voxels',
    expected: 'at least one annotated voxel',
    received: `${ignoreLabel} (ignore) in every voxel`,
    nextStep: 'Delete the file: a case without a label map is one that nobody annotated.',
  });
}
