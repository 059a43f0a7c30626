import { casesOf, type ArmState, type CampaignState, type Prediction, type TrainedNetwork } from '@geoscribe/campaign';
import { runActivity } from '../activity-proxies.js';
import { forEachCase } from '../case-fan-out.js';

/** A worker has one training slot; two requests keep it busy between activities. */
const predictionsAtOnce = 2;

/** Predicts every scribbled case with the preliminary network: the labels are the origin labels of the campaign. */
export async function predictOrigin(state: CampaignState): Promise<void> {
  if (state.preliminary === null) return;
  state.origin = await predictScribbled(state, state.preliminary.network, 'preliminary', state.input.predictions);
}

/** Predicts the scribbled cases again, each arm with its own network. */
export async function repredictArms(state: CampaignState): Promise<void> {
  for (const arm of state.arms) {
    if (relabels(arm)) arm.predictions = await predictScribbled(state, arm.network, arm.arm);
  }
  state.predictedIteration = state.iteration;
}

/** Whether the arm trains on pseudo labels at all. */
export function relabels({ arm }: ArmState): boolean {
  return arm !== 'continued' && arm !== 'full';
}

function predictScribbled(
  state: CampaignState,
  network: TrainedNetwork,
  who: string,
  predictions: CampaignState['input']['predictions'] = {},
): Promise<Prediction[]> {
  const { name: campaign, settings } = state.input;
  return forEachCase(state, casesOf(state, 'scribbled'), 'predictCase', predictionsAtOnce, async (record) => {
    const given = predictions[record.id];
    const input = { campaign, settings, network, case: record.imported!, ...(given === undefined ? {} : { given }) };
    return runActivity(state, 'predictCase', input, `${record.id} (${given === undefined ? who : 'given'})`);
  });
}
