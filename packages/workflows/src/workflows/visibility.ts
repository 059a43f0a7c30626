import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { pendingCases, searchAttributes, statusOf, type CampaignState, type Stage } from '@geoscribe/campaign';
import { describeCampaign } from './describe-campaign.js';

const stageKey = defineSearchAttributeKey(searchAttributes.stage, 'KEYWORD');
const iterationKey = defineSearchAttributeKey(searchAttributes.iteration, 'INT');
const pendingKey = defineSearchAttributeKey(searchAttributes.casesPending, 'INT');
const datasetKey = defineSearchAttributeKey(searchAttributes.dataset, 'KEYWORD');

/** Moves the campaign to a stage and shows it: search attributes for lists, current details for the workflow's page. */
export function enterStage(state: CampaignState, stage: Stage): void {
  state.stage = stage;
  showState(state);
}

export function showState(state: CampaignState): void {
  showDetails(state);
  if (!state.input.searchAttributes) return;
  upsertSearchAttributes([
    { key: stageKey, value: state.stage },
    { key: iterationKey, value: state.iteration },
    { key: pendingKey, value: pendingCases(state).length },
    { key: datasetKey, value: state.input.settings.dataset.name },
  ]);
}

/** Current details alone: no event in the history, so it may be called as often as something changes. */
export function showDetails(state: CampaignState): void {
  setCurrentDetails(describeCampaign(statusOf(state), state.input.settings.dataset.labels));
}
