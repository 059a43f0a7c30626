import { defineSearchAttributeKey } from '@temporalio/common';
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { pendingCases, searchAttributes, statusOf, type CampaignState, type Stage } from '@geoscribe/campaign';

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
  setCurrentDetails(describe(state));
  if (!state.input.searchAttributes) return;
  upsertSearchAttributes([
    { key: stageKey, value: state.stage },
    { key: iterationKey, value: state.iteration },
    { key: pendingKey, value: pendingCases(state).length },
    { key: datasetKey, value: state.input.settings.dataset.name },
  ]);
}

function describe(state: CampaignState): string {
  const status = statusOf(state);
  const lines = [
    `**${status.stage}**, iteration ${status.iteration} of ${status.iterations}`,
    `Scribbled cases: ${status.counts.scribbles} with scribbles, ${status.counts['no-error']} without error, ${status.counts.pending} pending, ${status.counts.skipped + status.counts.unseen} unseen, ${status.counts.failed} set aside.`,
  ];
  if (status.waiting) {
    lines.push(
      `Waiting for a person. \`geoscribe scribbles complete ${status.name}\` or the signal \`scribblesComplete\` goes on; open cases then count as seen by nobody.`,
    );
  }
  if (status.rows.length > 0) {
    lines.push('', '| network | mean Dice |', '|---|---|', ...status.rows.map((row) => `| ${row.method} | ${row.meanDice.toFixed(3)} |`));
  }
  return lines.join('\n');
}
