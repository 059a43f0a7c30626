import {
  importedOf,
  newestStatistics,
  propagationInWords,
  propagationTotals,
  type ArmState,
  type CampaignState,
} from '@geoscribe/campaign';
import { runActivity } from '../activity-proxies.js';
import { evaluateNetwork } from './finish.js';

/** Every arm starts from the preliminary network and its predictions. */
export function startArms(state: CampaignState): void {
  const network = state.preliminary!.network;
  state.arms = (['main', ...state.input.baselines] as const).map((arm) => ({
    arm,
    network,
    predictions: state.origin,
    pseudoLabels: [],
    iterations: [],
  }));
}

/** One iteration of fine-tuning for every arm, the method first, each followed by its evaluation. */
export async function fineTuneArms(state: CampaignState): Promise<void> {
  for (const arm of state.arms) {
    await fineTuneArm(state, arm);
  }
}

async function fineTuneArm(state: CampaignState, arm: ArmState): Promise<void> {
  const { name: campaign, settings } = state.input;
  const { iteration } = state;
  arm.network = await runActivity(
    state,
    'fineTune',
    {
      campaign,
      settings,
      arm: arm.arm,
      iteration,
      network: arm.network,
      full: importedOf(state, 'full'),
      pseudo: arm.pseudoLabels,
      extraFull: arm.arm === 'full' ? importedOf(state, 'scribbled').filter(({ label }) => label !== undefined) : [],
      validation: importedOf(state, 'validation'),
    },
    `${arm.arm}, iteration ${iteration} of ${settings.fineTuning.iterations}${gained(state, arm)}`,
  );
  // A baseline is shown by its last network only; the method's curve over the iterations is of interest.
  const shown = arm.arm === 'main' || iteration === settings.fineTuning.iterations;
  arm.iterations.push({
    iteration,
    curve: arm.network.curve,
    evaluation: shown ? await evaluateNetwork(state, methodName(arm, iteration), arm.network, arm) : null,
    statistics: newestStatistics(arm),
  });
}

/** What the geodesic step before gave: an activity's summary is fixed when it is scheduled, so the next one tells. */
function gained({ iteration, input }: CampaignState, arm: ArmState): string {
  if (arm.pseudoLabels.length === 0) return '';
  const totals = propagationTotals(iteration, newestStatistics(arm), input.settings.dataset.labels.length);
  return `: ${propagationInWords(totals)} of propagation`;
}

function methodName({ arm }: ArmState, iteration: number): string {
  return arm === 'main' ? `iteration-${iteration}` : arm;
}
