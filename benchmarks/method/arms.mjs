// The arms of the table. Each changes one thing of the method.

/**
 * @typedef {object} Arm
 * @property {string} name
 * @property {'base' | 'ablation'} group
 * @property {'pseudo' | 'continued' | 'full'} training
 * @property {string} [mode] mode of propagation; absent: the method's
 * @property {object} [geodesic] changed settings of the transform
 * @property {number} [reach] factor on the reach of a stroke: w_d is divided by it
 * @property {'refreshed'} [origin] label outside the focus area: the newest prediction instead of the first
 * @property {number} [inferred] factor on the confidence of what nobody drew
 * @property {'confidence' | 'labels'} [posterior] the posterior is the confidence in the focus area, or labels are drawn from it
 * @property {number} [strokes] most strokes a case
 * @property {object} [fineTuning] changed settings of fine-tuning
 * @property {number} [features] of the network's finest stage; its preliminary network is its own
 */

const base = (name, changes) => ({ name, group: 'base', training: 'pseudo', ...changes });
const ablation = (name, changes) => ({ name, group: 'ablation', training: 'pseudo', ...changes });

/** @type {Arm[]} */
export const arms = [
  base('method', {}),
  base('seeds-only', { mode: 'seeds-only' }),
  base('full', { training: 'full' }),
  base('reference', { mode: 'reference' }),
  base('continued', { training: 'continued' }),
  base('self-training', { mode: 'self-training' }),
  // At the rate and share of the others it unlearns: strokes lie where the network errs. These served it best.
  base('partial-loss', { mode: 'partial', fineTuning: { learningRate: 0.01, pseudoShare: 0.5 } }),
  ablation('beta-6', { geodesic: { beta: 6 } }),
  ablation('beta-4', { geodesic: { beta: 4 } }),
  ablation('beta-8', { geodesic: { beta: 8 } }),
  ablation('reach-x0.5', { reach: 0.5 }),
  ablation('reach-x2', { reach: 2 }),
  ablation('no-bands', { geodesic: { edgeBands: 'none' } }),
  ablation('no-gate', { geodesic: { gate: 'none' } }),
  ablation('posterior-confidence', { posterior: 'confidence' }),
  ablation('soft-labels', { posterior: 'labels' }),
  ablation('refreshed', { origin: 'refreshed' }),
  ablation('inferred-0.3', { inferred: 0.3 }),
  ablation('inferred-0.1', { inferred: 0.1 }),
  ablation('strokes-3', { strokes: 3 }),
  ablation('strokes-10', { strokes: 10 }),
  ablation('iterations-5', { fineTuning: { iterations: 5 } }),
  ablation('network-24', { features: 24 }),
  ablation('network-32', { features: 32 }),
  ablation('no-ema', { fineTuning: { emaDecay: 0 } }),
  ablation('share-0.5', { fineTuning: { pseudoShare: 0.5 } }),
];
