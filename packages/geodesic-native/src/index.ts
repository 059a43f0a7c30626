export { geodesicDistance, type GeodesicDistanceOptions } from './geodesicDistance.js';
export { verifyFixedPoint, type FixedPointReport, type VerifyFixedPointOptions } from './verifyFixedPoint.js';
export { pseudoLabel, type PseudoLabelOptions, type PseudoLabelResult, type PseudoLabelStatistics } from './pseudoLabel.js';
export type { PseudoLabelProblem, ReviewKind } from './pseudoLabelProblem.js';
export type { DistanceProblem, GateRule, Neighbourhood, StepWeights } from './distanceProblem.js';
export type { AxisName, EdgeBands } from './edgeBands.js';
export type { JobOptions } from './runTask.js';
export type { Vec3 } from './checks.js';
export { influence } from './influence.js';
