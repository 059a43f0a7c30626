import { condition, log } from '@temporalio/workflow';
import { awaitsPerson, openRound, pendingCases, type CampaignState } from '@geoscribe/campaign';
import { enterStage, showState } from '../visibility.js';

/**
 * Waits, as long as it takes, until `scribblesComplete` ends the human round. Reminders by timer.
 *
 * @param crowded whether this run has taken so many messages that it should continue as new.
 */
export async function proofread(state: CampaignState, crowded: () => boolean): Promise<'complete' | 'crowded'> {
  openRound(state);
  enterStage(state, 'proofreading');
  const settled = (): boolean => !awaitsPerson(state) || crowded();
  while (!(await condition(settled, state.input.timeouts.reminderMs, { summary: 'reminder: waiting for a person' }))) {
    state.reminders += 1;
    log.info('waiting for a person', { campaign: state.input.name, pending: pendingCases(state).length });
    showState(state);
  }
  return awaitsPerson(state) ? 'crowded' : 'complete';
}
