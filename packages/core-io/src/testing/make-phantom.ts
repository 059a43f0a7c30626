import { geometryFromAffine, type Vec3, type Volume } from '../index.js';
import { mulberry32 } from './mulberry32.js';

export interface PhantomOptions {
  seed: number;
  /** Default 32 x 40 x 28. */
  dims?: Vec3;
  /** mm; default 1.5 on each axis. */
  spacing?: Vec3;
}

export interface Phantom {
  image: Volume<Float32Array>;
  label: Volume<Uint8Array>;
}

export const phantomLabels = ['background', 'large organ', 'small organ', 'lesion'];

/** Mean intensity by class; the texture's standard deviation is about 12, the noise's 8. */
const intensities = [100, 150, 60, 200];

interface Blob {
  label: number;
  centre: Vec3;
  radii: Vec3;
  /** Amplitude and phases of the surface's waviness. */
  wave: { amplitude: number; phases: Vec3 };
}

/**
 * Image and label map of a made-up subject: a large bright organ (1), a small dark one (2), and a brighter lesion
 * inside the large organ (3), in textured noise.
 *
 * Positions, sizes and surfaces vary with the seed; the organs keep their sides, so that a network has something to
 * learn. Sizes are shares of the volume's extent. Equal options give equal voxels.
 */
export function makePhantom({ seed, dims = [32, 40, 28], spacing = [1.5, 1.5, 1.5] }: PhantomOptions): Phantom {
  const random = mulberry32(seed);
  const extent = dims.map((size, axis) => size * (spacing[axis as 0 | 1 | 2])) as Vec3;
  const blobs = placeBlobs(random, extent);
  const texture = makeTexture(random, Math.min(...extent));
  const count = dims[0] * dims[1] * dims[2];
  const image = new Float32Array(count);
  const label = new Uint8Array(count);
  let k = 0;
  for (let z = 0; z < dims[2]; z++) {
    for (let y = 0; y < dims[1]; y++) {
      for (let x = 0; x < dims[0]; x++, k++) {
        const point: Vec3 = [(x + 0.5) * spacing[0], (y + 0.5) * spacing[1], (z + 0.5) * spacing[2]];
        const value = blobs.reduce((found, blob) => (isInside(blob, point) ? blob.label : found), 0);
        label[k] = value;
        image[k] = (intensities[value] as number) + texture(point) + 8 * normal(random);
      }
    }
  }
  const affine = [spacing[0], 0, 0, 0, 0, spacing[1], 0, 0, 0, 0, spacing[2], 0, 0, 0, 0, 1];
  const geometry = (): Volume['geometry'] => geometryFromAffine([...dims], [...affine]);
  return { image: { geometry: geometry(), data: image }, label: { geometry: geometry(), data: label } };
}

function placeBlobs(random: () => number, extent: Vec3): Blob[] {
  const between = (low: number, high: number): number => low + (high - low) * random();
  const share = (shares: Vec3): Vec3 => [shares[0] * extent[0], shares[1] * extent[1], shares[2] * extent[2]];
  const wave = (amplitude: number): Blob['wave'] => ({
    amplitude,
    phases: [between(0, 6.28), between(0, 6.28), between(0, 6.28)],
  });
  const large: Blob = {
    label: 1,
    centre: share([between(0.27, 0.33), between(0.44, 0.56), between(0.44, 0.56)]),
    radii: share([between(0.17, 0.23), between(0.24, 0.32), between(0.24, 0.34)]),
    wave: wave(0.12),
  };
  const small: Blob = {
    label: 2,
    centre: share([between(0.72, 0.78), between(0.4, 0.6), between(0.42, 0.58)]),
    radii: share([between(0.11, 0.16), between(0.14, 0.2), between(0.16, 0.24)]),
    wave: wave(0.12),
  };
  const radius = between(0.42, 0.58) * Math.min(...large.radii);
  // 0.2 radii on each axis, 0.35 in all: with the lesion's own 0.58 the lesion stays inside the organ.
  const offset = (axis: 0 | 1 | 2): number => large.centre[axis] + between(-0.2, 0.2) * large.radii[axis];
  const lesion: Blob = {
    label: 3,
    centre: [offset(0), offset(1), offset(2)],
    radii: [radius, radius, radius],
    wave: wave(0.08),
  };
  return [large, small, lesion];
}

function isInside({ centre, radii, wave }: Blob, point: Vec3): boolean {
  const [x, y, z] = point.map((value, axis) => (value - centre[axis as 0 | 1 | 2]) / radii[axis as 0 | 1 | 2]) as Vec3;
  const length = Math.hypot(x, y, z);
  if (length > 1.5) return false;
  const [a, b, c] = wave.phases;
  const swell = Math.sin(3 * Math.atan2(y, x) + a) * Math.sin(2 * z + b) + Math.sin(2 * Math.atan2(z, y) + c);
  return length <= 1 + wave.amplitude * swell * Math.min(length, 1);
}

/** Sum of plane waves of random direction; their lengths are 2/3 to 1/10 of the shortest extent. */
function makeTexture(random: () => number, extent: number): (point: Vec3) => number {
  const waves = Array.from({ length: 12 }, () => {
    const frequency = (2 * Math.PI * (1.5 + 8.5 * random())) / extent;
    const direction = [normal(random), normal(random), normal(random)];
    const length = Math.hypot(...direction);
    const [kx, ky, kz] = direction.map((part) => (part / length) * frequency) as Vec3;
    return { kx, ky, kz, phase: 2 * Math.PI * random() };
  });
  // Each wave of amplitude 5 has variance 12.5; twelve of them have a standard deviation of 12.
  return ([x, y, z]) => waves.reduce((sum, w) => sum + 5 * Math.sin(w.kx * x + w.ky * y + w.kz * z + w.phase), 0);
}

/** Standard normal number (Box and Muller). */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
