// The phantoms that are hard on an algorithm: their images are used as they are, a mean would open the maze's walls.
import { noise } from './random.mjs';

/**
 * White noise in image and probabilities, eight short strokes a class: no structure to follow, no two paths alike.
 * 256 x 256 x 128, 1 mm.
 */
export function whiteNoise() {
  const dims = [256, 256, 128];
  const n = dims[0] * dims[1] * dims[2];
  const random = noise();
  const image = Float32Array.from({ length: n }, () => 0.1 * random());
  const probability = new Float32Array(3 * n);
  for (let v = 0; v < n; v += 1) {
    const shares = [random() + 0.5, random() + 0.5, random() + 0.5];
    const sum = shares[0] + shares[1] + shares[2] + 1e-6;
    for (let c = 0; c < 3; c += 1) probability[c * n + v] = shares[c] / sum;
  }
  const seeds = new Uint8Array(n).fill(255);
  for (let stroke = 0; stroke < 24; stroke += 1) {
    const [x, y, z] = dims.map((size) => Math.floor((random() + 0.5) * (size - 10)));
    const begin = x + dims[0] * (y + dims[1] * z);
    seeds.fill(stroke % 3, begin, begin + 8);
  }
  return labelled({ name: 'noise', dims, spacing: [1, 1, 1], classes: 3, image, probability, seeds });
}

const pitch = 12;
const wall = 4;

/**
 * Storeys of corridors that wind forth and back, 8 voxels wide between walls of 4 that cost more than the cutoff. Three
 * strokes a storey, each of another class, in the middle of the third of the corridors that the network gives
 * its class.
 * 252 x 252 x 96, 1 mm.
 */
export function maze() {
  const dims = [252, 252, 96];
  const [nx, ny, nz] = dims;
  const n = nx * ny * nz;
  const random = noise();
  const image = new Float32Array(n);
  for (let z = 0, v = 0; z < nz; z += 1) {
    for (let y = 0; y < ny; y += 1) {
      for (let x = 0; x < nx; x += 1, v += 1) {
        // A corridor along x opens into the next one at its right and left end in turn.
        const turn = Math.floor(y / pitch) % 2 === 0 ? x >= nx - pitch + wall : x < pitch - wall;
        const isWall = z % pitch < wall || (y % pitch < wall && !turn);
        image[v] = (isWall ? 20 : 0) + 0.002 * random();
      }
    }
  }
  const corridors = Math.floor(ny / pitch);
  const seeds = new Uint8Array(n).fill(255);
  for (let storey = 0; storey * pitch < nz; storey += 1) {
    for (let label = 0; label < 3; label += 1) {
      const corridor = Math.floor(((2 * label + 1) * corridors) / 6);
      const begin = nx / 2 + nx * (corridor * pitch + wall + 4 + ny * (storey * pitch + wall + 4));
      seeds.fill(label, begin, begin + 8);
    }
  }
  const probability = new Float32Array(3 * n).fill(0.0005);
  for (let z = 0; z < nz; z += 1) {
    for (let corridor = 0; corridor < corridors; corridor += 1) {
      const begin = Math.floor((3 * corridor) / corridors) * n + nx * (corridor * pitch + ny * z);
      probability.fill(0.999, begin, begin + nx * pitch);
    }
  }
  return labelled({ name: 'maze', dims, spacing: [1, 1, 1], classes: 3, image, probability, seeds });
}

/** With the image as it is, and background as the label before any stroke. */
function labelled(phantom) {
  return { ...phantom, raw: phantom.image, originLabel: new Uint8Array(phantom.image.length) };
}
