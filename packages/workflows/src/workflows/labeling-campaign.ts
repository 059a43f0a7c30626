import { allHandlersFinished, condition, continueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import {
  awaitsPerson,
  initialState,
  type CampaignInput,
  type CampaignResult,
  type CampaignState,
} from '@geoscribe/campaign';
import { registerMessages, type MessageCounter } from './messages.js';
import { evaluateNetwork, finishCampaign } from './steps/finish.js';
import { importCases } from './steps/import-cases.js';
import { fineTuneArms, startArms } from './steps/fine-tune-arms.js';
import { predictOrigin, repredictArms } from './steps/predict-cases.js';
import { proofread } from './steps/proofread.js';
import { propagateArms } from './steps/propagate-arms.js';
import { trainPreliminaryNetwork } from './steps/train-preliminary.js';
import { enterStage, showState } from './visibility.js';

/**
 * One campaign, from a folder of volumes to a model and a report.
 *
 * Stages: preparing -> training -> predicting -> proofreading -> (propagating -> fine-tuning) x R -> evaluating -> done.
 * Without fully labelled cases a person scribbles before training. Every iteration is a run of its own
 * (continue-as-new), and so is a stretch of proofreading with many messages; `state` is what a run hands to the next.
 *
 * @param input what starts the campaign; ignored where `carried` is given.
 * @param carried state of the previous run.
 * @throws ApplicationFailure with the type of the activity's error, or `TooManyFailedCasesError`; cancellation.
 */
export async function labelingCampaign(input: CampaignInput, carried?: CampaignState): Promise<CampaignResult> {
  const state = carried ?? initialState(input);
  const counter: MessageCounter = { updates: 0 };
  registerMessages(state, counter);
  showState(state);

  const nextRun = async (): Promise<never> => {
    await condition(allHandlersFinished);
    return continueAsNew<typeof labelingCampaign>(state.input, state);
  };
  const crowded = (): boolean =>
    workflowInfo().continueAsNewSuggested || counter.updates >= state.input.timeouts.updatesPerRun;

  try {
    if (state.preliminary === null) {
      if (state.stage === 'preparing') await importCases(state);
      if (scribblesComeFirst(state) && (await proofread(state, crowded)) === 'crowded') return await nextRun();
      enterStage(state, 'training');
      const network = await trainPreliminaryNetwork(state);
      state.preliminary = { network, evaluation: await evaluateNetwork(state, 'preliminary', network, null) };
      enterStage(state, 'predicting');
      await predictOrigin(state);
      startArms(state);
    }
    while (state.iteration < state.input.settings.fineTuning.iterations) {
      if (state.predictedIteration < state.iteration) {
        enterStage(state, 'predicting');
        await repredictArms(state);
      }
      if (awaitsPerson(state) && (await proofread(state, crowded)) === 'crowded') return await nextRun();
      state.iteration += 1;
      await propagateArms(state);
      enterStage(state, 'fine-tuning');
      await fineTuneArms(state);
      return await nextRun();
    }
    enterStage(state, 'evaluating');
    const result = await finishCampaign(state);
    enterStage(state, 'done');
    await condition(allHandlersFinished);
    return result;
  } catch (error) {
    if (!isCancellation(error)) showState(state);
    throw error;
  }
}

function scribblesComeFirst(state: CampaignState): boolean {
  return state.input.preliminary === undefined && !state.cases.some((entry) => entry.role === 'full') && awaitsPerson(state);
}
