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
 * How sure the network is of what strokes overrule, by class of the strokes.
 *
 * Median of `log(max_j p_j(v) / p_c(v))`, p floored at 1e-4, over the stroke voxels v of class c that the origin label
 * gives another class.
 *
 * @returns natural log-odds by class, from 0 (the network agrees by now) to 9.2; 0 where the class's strokes overrule nothing.
 *
 * Cost: one pass over the seeds.
 */
export function overruledLogOdds({ seeds, originLabel, probability }: StrokedCase): number[] {
  // NaN counts as 0.
  const certainty = (v: number, j: number): number => {
    const p = probability[j * seeds.length + v]!;
    return p > leastProbability ? p : leastProbability;
  };
  const classes = Array.from({ length: probability.length / seeds.length }, (_, j) => j);
  const logOdds: number[][] = classes.map(() => []);
  for (let v = 0; v < seeds.length; v++) {
    const c = seeds[v]!;
    // Unmarked, or a class that does not exist, which `pseudoLabel` refuses.
    const ofClass = logOdds[c];
    if (ofClass === undefined || originLabel[v] === c) continue;
    ofClass.push(Math.log(Math.max(...classes.map((j) => certainty(v, j))) / certainty(v, c)));
  }
  return logOdds.map((own) => (own.length === 0 ? 0 : percentile(own, 50)));
}
