import { GeoscribeError } from '@geoscribe/campaign';
import type { Geometry, Vec3 } from './geometry.js';
import { nearestVoxel, type ScatteredSeeds } from './scatter-seeds.js';
import type { SeedFile } from './seed-file.js';
import { UNMARKED } from './seed-map.js';

/**
 * Stamps the points of an AnatomySketch file onto the grid of the image they were drawn on.
 *
 * `displayed index = (point - origin) / spacing`, rounded; on an axis whose direction is negative the file's index is
 * `n - 1 - displayed index`. Origin and direction are those of the image in LPS, as ITK reads them. Later strokes win.
 *
 * `geometry`: of the image. `classes`: C, labels must be 0..C-1.
 *
 * Returns the seed map, its marked voxels and the number of points outside the volume.
 *
 * Errors: `InvalidScribbleError` for a label outside 0..C-1 and for an image whose axes are permuted against x, y, z,
 * which the format cannot express. Obliqueness is ignored, as the format does.
 */
export function rasterizeSeedFile(
  seedFile: SeedFile,
  geometry: Geometry,
  { classes, file }: { classes: number; file?: string },
): ScatteredSeeds {
  const { dims, spacing, affine } = geometry;
  const origin: Vec3 = [-(affine[3] as number), -(affine[7] as number), affine[11] as number];
  const reversed = reversedAxes(geometry, file);
  const seedMap = new Uint8Array(dims[0] * dims[1] * dims[2]).fill(UNMARKED);
  let dropped = 0;
  for (const { label, strokes } of seedFile.groups) {
    checkLabel(label, classes, file);
    for (const point of strokes.flatMap((stroke) => stroke.points)) {
      const index = ([0, 1, 2] as const).map((axis) => {
        const displayed = (point[axis] - origin[axis]) / spacing[axis];
        return reversed[axis] ? dims[axis] - 1 - displayed : displayed;
      }) as Vec3;
      const voxel = nearestVoxel(index, dims);
      if (voxel === undefined) dropped++;
      else seedMap[voxel] = label;
    }
  }
  return { seedMap, marked: seedMap.reduce((sum, seed) => (seed === UNMARKED ? sum : sum + 1), 0), dropped };
}

function reversedAxes({ affine, spacing }: Geometry, file: string | undefined): [boolean, boolean, boolean] {
  return ([0, 1, 2] as const).map((axis) => {
    const cosine = (affine[5 * axis] as number) / spacing[axis];
    // cos 45 degrees: beyond it the axis belongs to another world direction.
    if (Math.abs(cosine) <= Math.SQRT1_2) {
      throw new GeoscribeError('InvalidScribbleError', 'A seed file needs an image whose axes run along x, y, z', {
        ...(file !== undefined && { file }),
        field: `direction of axis ${axis}`,
        expected: 'within 45 degrees of its own world axis',
        received: `cosine ${cosine.toFixed(3)}`,
        nextStep: 'Export the scribbles as a label map instead.',
      });
    }
    // RAS+ to LPS reverses x and y.
    return (axis === 2 ? cosine : -cosine) < 0;
  }) as [boolean, boolean, boolean];
}

function checkLabel(label: number, classes: number, file: string | undefined): void {
  if (label >= 0 && label < classes) return;
  throw new GeoscribeError('InvalidScribbleError', 'Seed file names a class that the data set does not have', {
    ...(file !== undefined && { file }),
    field: 'data_label',
    expected: `0 to ${classes - 1}`,
    received: String(label),
  });
}
