// The anatomical phantoms: ellipsoids in ellipsoids, with noise, and a network that is unsure around their surfaces.
import { mean3 } from './blur.mjs';
import { noise } from './random.mjs';

/** @typedef {{centre: number[], radii: number[], intensity: number}} Ellipsoid */

/** Two organs and a bone in a body in air: 512 x 512 x 150, 0.8 x 0.8 x 1.5 mm. */
export function ct() {
  return scene({
    name: 'ct', dims: [512, 512, 150], spacing: [0.8, 0.8, 1.5], noiseLevel: 0.3, air: -3, bias: 0,
    surroundings: [
      { centre: [256, 256, 75], radii: [230, 180, 140], intensity: 0 },
      { centre: [256, 400, 75], radii: [40, 30, 200], intensity: 3 },
    ],
    organs: [
      { centre: [170, 230, 75], radii: [95, 80, 60], intensity: 0.8 },
      { centre: [350, 260, 80], radii: [60, 70, 50], intensity: 1.4 },
    ],
    strokes: [{ label: 0, at: [230, 340, 70] }, { label: 1, at: [140, 230, 75] }, { label: 2, at: [320, 260, 80] }],
    strokeLength: 60,
  });
}

/** A ventricle and its wall in a chest, with a coil's bias field: 300 x 229 x 45, 0.6 x 0.6 x 4 mm. */
export function mr() {
  return scene({
    name: 'mr', dims: [300, 229, 45], spacing: [0.6, 0.6, 4], noiseLevel: 0.5, air: -1.5, bias: 0.6,
    surroundings: [
      { centre: [150, 115, 22], radii: [140, 105, 60], intensity: 0 },
      { centre: [70, 120, 20], radii: [45, 60, 30], intensity: -1.2 },
    ],
    organs: [
      { centre: [180, 120, 22], radii: [34, 32, 16], intensity: 1.8 },
      { centre: [178, 118, 22], radii: [50, 47, 20], intensity: -0.6 },
    ],
    strokes: [{ label: 0, at: [110, 60, 20] }, { label: 1, at: [170, 120, 22] }, { label: 2, at: [165, 160, 22] }],
    strokeLength: 24,
  });
}

/**
 * The innermost (first) organ that holds a voxel owns it; surroundings later in the list lie over earlier ones.
 *
 * @param {{name: string, dims: number[], spacing: number[], noiseLevel: number, air: number, bias: number,
 *   surroundings: Ellipsoid[], organs: Ellipsoid[], strokes: {label: number, at: number[]}[], strokeLength: number}} of
 */
function scene({ name, dims, spacing, noiseLevel, air, bias, surroundings, organs, strokes, strokeLength }) {
  const [nx, ny, nz] = dims;
  const n = nx * ny * nz;
  const classes = organs.length + 1;
  const random = noise();
  const raw = new Float32Array(n);
  const probability = new Float32Array(classes * n);
  const originLabel = new Uint8Array(n);
  const radiusIn = ({ centre, radii }, x, y, z) => Math.hypot((x - centre[0]) / radii[0], (y - centre[1]) / radii[1], (z - centre[2]) / radii[2]);
  for (let z = 0, v = 0; z < nz; z += 1) {
    for (let y = 0; y < ny; y += 1) {
      for (let x = 0; x < nx; x += 1, v += 1) {
        let intensity = air;
        for (const part of surroundings) if (radiusIn(part, x, y, z) < 1) intensity = part.intensity;
        let rest = 1;
        for (let organ = 0; organ < organs.length; organ += 1) {
          const radius = radiusIn(organs[organ], x, y, z);
          if (radius < 1 && originLabel[v] === 0) {
            originLabel[v] = organ + 1;
            intensity = organs[organ].intensity;
          }
          const p = rest * (0.98 / (1 + Math.exp(12 * (radius - 1))));
          probability[(organ + 1) * n + v] = p;
          rest -= p;
        }
        probability[v] = rest;
        raw[v] = intensity * (1 + bias * (x / nx - 0.5)) + noiseLevel * random();
      }
    }
  }
  const seeds = new Uint8Array(n).fill(255);
  for (const { label, at } of strokes) {
    const begin = at[0] + nx * (at[1] + ny * at[2]);
    seeds.fill(label, begin, begin + strokeLength);
  }
  return { name, dims, spacing, classes, raw, image: mean3(raw, dims), probability, originLabel, seeds };
}
