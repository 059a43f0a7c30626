import {
  casesOf,
  counted,
  type ArmState,
  type CampaignState,
  type CaseReview,
  type PropagationMode,
  type Review,
} from '@geoscribe/campaign';
import { runActivity } from '../activity-proxies.js';
import { forEachCase } from '../case-fan-out.js';
import { enterStage, showDetails } from '../visibility.js';
import { relabels } from './predict-cases.js';

const propagationsAtOnce = 2;

/** Turns scribbles, image and probability into pseudo labels, for every arm that trains on them. */
export async function propagateArms(state: CampaignState): Promise<void> {
  for (const arm of state.arms) arm.pseudoLabels = [];
  enterStage(state, 'propagating');
  for (const arm of state.arms) {
    if (relabels(arm)) await propagateArm(state, arm);
  }
}

async function propagateArm(state: CampaignState, arm: ArmState): Promise<void> {
  const { name: campaign, settings } = state.input;
  const origins = new Map(state.origin.map((prediction) => [prediction.caseId, prediction.label]));
  const predictions = new Map(arm.predictions.map((prediction) => [prediction.caseId, prediction]));
  const cases = casesOf(state, 'scribbled').filter(({ id }) => predictions.has(id) && origins.has(id));
  arm.pseudoLabels = await forEachCase(state, cases, 'propagateCase', propagationsAtOnce, async (record) => {
    const pseudoLabel = await runActivity(
      state,
      'propagateCase',
      {
        campaign,
        settings,
        mode: modeOf(state, arm),
        distanceWeight: arm.network.distanceWeight,
        prediction: predictions.get(record.id)!,
        originLabel: origins.get(record.id)!,
        case: record.imported!,
        review: reviewOf(record.review),
      },
      `${record.id}: ${inWords(record.review)} (${arm.arm}, iteration ${state.iteration})`,
    );
    arm.pseudoLabels.push(pseudoLabel);
    showDetails(state);
    return pseudoLabel;
  });
}

function modeOf(state: CampaignState, { arm }: ArmState): PropagationMode {
  if (arm === 'main') return state.input.settings.geodesic.mode;
  if (arm === 'partial-loss') return 'partial';
  return arm as 'seeds-only' | 'self-training';
}

function reviewOf(review: CaseReview): Review {
  if (review.kind === 'scribbles' && review.submission.seeds !== undefined) {
    return { kind: 'scribbles', seeds: review.submission.seeds };
  }
  return { kind: review.kind === 'no-error' ? 'no-error' : 'unseen' };
}

/** What somebody said about a case, for the summary of its propagation. */
function inWords(review: CaseReview): string {
  if (review.kind === 'no-error') return 'no error';
  if (review.kind !== 'scribbles') return 'seen by nobody';
  const { strokes, markedVoxels } = review.submission;
  return strokes > 0 ? `${counted(strokes, 'stroke')}, ${counted(markedVoxels, 'voxel')}` : counted(markedVoxels, 'marked voxel');
}
