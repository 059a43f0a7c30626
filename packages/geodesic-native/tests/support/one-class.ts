import {
  geodesicDistance, verifyFixedPoint, type DistanceProblem, type FixedPointReport, type GeodesicDistanceOptions, type ProbabilityArray,
} from '../../src/index.js';
import { referenceDistance } from '../../src/reference/index.js';

/** A problem of one class, its fields beside the others: most properties need no more. */
export interface OneClassProblem extends Omit<DistanceProblem, 'classes'> {
  seedClass: number;
  probability?: ProbabilityArray;
}

export type OneClassOptions = OneClassProblem & JobFields;

type JobFields = Pick<GeodesicDistanceOptions, 'algorithm' | 'threads' | 'signal' | 'onProgress' | 'outputs'>;

export function manyClasses<Problem extends OneClassProblem>({ seedClass, probability, ...rest }: Problem) {
  return { ...rest, classes: [{ seedClass, probability }] };
}

export async function distanceOf(problem: OneClassOptions): Promise<Float32Array> {
  return (await geodesicDistance(manyClasses(problem))).distances[0]!;
}

export function referenceOf(problem: OneClassProblem): Float32Array {
  return referenceDistance(manyClasses(problem))[0]!;
}

export function violationsOf(problem: OneClassProblem, distance: Float32Array): Promise<FixedPointReport> {
  return verifyFixedPoint({ ...manyClasses(problem), distances: [distance] });
}
