export { geodesicDistance, type GeodesicDistanceOptions } from './geodesic-distance.js';
export { verifyFixedPoint, type FixedPointReport, type VerifyFixedPointOptions } from './verify-fixed-point.js';
export { pseudoLabel, type PseudoLabelOptions, type PseudoLabelResult, type PseudoLabelStatistics } from './pseudo-label.js';
export type { PseudoLabelProblem, ReviewKind } from './pseudo-label-problem.js';
export type { DistanceProblem, GateRule, Neighbourhood, StepWeights } from './distance-problem.js';
export type { AxisName, EdgeBands } from './edge-bands.js';
export type { JobOptions } from './run-task.js';
export type { Vec3 } from './checks.js';
export { influence } from './influence.js';
