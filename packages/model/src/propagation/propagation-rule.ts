import type { GeodesicSettings, PropagationMode } from '@geoscribe/campaign';
import { overruledLogOdds, type StrokedCase } from './overruled-log-odds.js';

/** What `pseudoLabel` of geodesic-native is to do with one case; weights and beta by class. */
export type PropagationRule = Omit<GeodesicSettings, 'mode' | 'distanceWeight' | 'beta'> & {
  mode: PropagationMode;
  distanceWeight: number[];
  beta: number[];
};

/** w_d of the reference system, tuned there on livers. */
const referenceDistanceWeight = 0.01;

/** beta of strokes that overrule nothing, and its growth with the log-odds that they overrule. */
const ownStrength = 4;
const overruledShare = 0.8;

/**
 * Settings of the geodesic transform for one case.
 *
 * `beta: overruled` is `beta_c = 4 + 0.8 overruled_c`, see `overruledLogOdds`: where the network was surer of what is
 * wrong, it takes more to correct what is around. The reference rule comes with the reference's gate and weight.
 *
 * @param options.settings of the campaign.
 * @param options.mode overrules the settings' for baselines.
 * @param options.classWeight w_d by class from the classes' thickness, see `distanceWeight`.
 * @param options.stroked absent: a case without strokes.
 * Source: ADR 10.
 */
export function propagationRule(options: {
  settings: GeodesicSettings;
  mode: PropagationMode;
  classWeight: readonly number[];
  stroked?: StrokedCase | undefined;
}): PropagationRule {
  const { mode, classWeight, stroked } = options;
  const { distanceWeight, beta, gate, ...settings } = options.settings;
  const weightOf = (own: number): number => (distanceWeight === 'thickness' ? own : distanceWeight);
  const overruled = stroked !== undefined && beta === 'overruled' ? overruledLogOdds(stroked) : classWeight.map(() => 0);
  const reference = mode === 'reference';
  return {
    ...settings,
    mode,
    gate: reference ? 'reference' : gate,
    distanceWeight: classWeight.map((own) => (reference ? referenceDistanceWeight : weightOf(own))),
    beta: overruled.map((logOdds) => (beta === 'overruled' ? ownStrength + overruledShare * logOdds : beta)),
  };
}
