import { casesOf, importedOf, type CampaignState, type TrainedNetwork } from '@geoscribe/campaign';
import { runActivity } from '../activity-proxies.js';

/** Trains the first network on the fully labelled cases, or on the scribbles alone where there are none. */
export function trainPreliminaryNetwork(state: CampaignState): Promise<TrainedNetwork> {
  const { name: campaign, settings, preliminary, plan } = state.input;
  const full = importedOf(state, 'full');
  const scribbled = full.length > 0 ? [] : scribbledCases(state);
  const input = {
    campaign,
    settings,
    full,
    validation: importedOf(state, 'validation'),
    scribbled,
    ...(preliminary === undefined ? {} : { checkpoint: preliminary }),
    ...(plan === undefined ? {} : { plan }),
  };
  const source = full.length > 0 ? `${full.length} full cases` : `the scribbles of ${scribbled.length} cases`;
  return runActivity(state, 'trainPreliminary', input, preliminary ? 'given checkpoint' : `train on ${source}`);
}

function scribbledCases(state: CampaignState) {
  return casesOf(state, 'scribbled').flatMap(({ imported, review }) =>
    imported !== undefined && review.kind === 'scribbles' && review.submission.seeds !== undefined
      ? [{ case: imported, seeds: review.submission.seeds }]
      : [],
  );
}
