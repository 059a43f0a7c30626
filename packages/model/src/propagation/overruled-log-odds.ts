import { percentile } from '../plan/percentile.js';

/** A case with strokes; flat arrays of n voxels, x fastest. */
export interface StrokedCase {
  /** uint8: class drawn on a voxel, 255 = unmarked. */
  seeds: Uint8Array;
  /** What the strokes were drawn against: argmax of the network before fine-tuning. */
  originLabel: Uint8Array | Uint16Array;
  /** [C, Z, Y, X], softmax of the current network. */
  probability: Float32Array;
}

/** Smallest probability that counts as such, as in the posterior. */
const leastProbability = 1e-4;

/**
 * How sure the network is of what the strokes of a class overrule.
 *
 * Median of `log(max_j p_j(v) / p_c(v))`, p floored at 1e-4, over the stroke voxels v of class c that the origin label
 * gives another class.
 *
 * @param c a class, 0..C-1.
 * @returns natural log-odds from 0 (the network agrees by now) to 9.2; 0 where the strokes overrule nothing.
 *
 * Cost: one pass over the seeds.
 */
export function overruledLogOdds({ seeds, originLabel, probability }: StrokedCase, c: number): number {
  // NaN counts as 0.
  const certainty = (v: number, j: number): number => {
    const p = probability[j * seeds.length + v]!;
    return p > leastProbability ? p : leastProbability;
  };
  const classes = Array.from({ length: probability.length / seeds.length }, (_, j) => j);
  const logOdds: number[] = [];
  for (let v = 0; v < seeds.length; v++) {
    if (seeds[v] !== c || originLabel[v] === c) continue;
    logOdds.push(Math.log(Math.max(...classes.map((j) => certainty(v, j))) / certainty(v, c)));
  }
  return logOdds.length === 0 ? 0 : percentile(logOdds, 50);
}
