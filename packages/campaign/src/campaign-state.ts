import type {
  EvaluateOutput,
  ImportedCase,
  Prediction,
  PropagationStatistics,
  PseudoLabel,
  ReportArm,
  TrainedNetwork,
} from './activities.js';
import type { ArtifactRef } from './artifact.js';
import type { BaselineName, CampaignSettings } from './config.js';
import { newestStatistics, propagationsOf, type PropagationTotals } from './propagation-totals.js';
import type { Stage } from './stage.js';
import type { ScribbleSubmission } from './submission.js';

export type CaseRole = 'full' | 'scribbled' | 'validation' | 'test';

/** What is known about a person's look at a scribbled case. */
export type CaseReview =
  | { kind: 'pending' }
  | { kind: 'scribbles' | 'no-error'; submission: ScribbleSubmission }
  /** Somebody decided not to look: treated as unseen, not as reviewed. */
  | { kind: 'skipped' }
  /** Proofreading ended before anybody looked. */
  | { kind: 'unseen' };

export interface CaseRecord {
  id: string;
  role: CaseRole;
  imported?: ImportedCase;
  /** Of scribbled cases. */
  review: CaseReview;
  /** Set aside: the activity that failed for this case alone, and why. */
  failure?: { activity: string; message: string };
}

/** `main` is the method; the others are baselines that repeat the fine-tuning with one thing changed. */
export interface ArmState {
  arm: 'main' | BaselineName;
  network: TrainedNetwork;
  predictions: Prediction[];
  pseudoLabels: PseudoLabel[];
  iterations: ReportArm['iterations'];
}

/** Shortened by tests only; the defaults are the design's. */
export interface CampaignTimeouts {
  /** Heartbeat timeout of activities that train or predict, ms. */
  heartbeatMs: number;
  /** Time between reminders while a person is awaited, ms. */
  reminderMs: number;
  /** Updates in one run after which proofreading continues as new. */
  updatesPerRun: number;
}

export const defaultTimeouts: CampaignTimeouts = { heartbeatMs: 60_000, reminderMs: 24 * 3_600_000, updatesPerRun: 1000 };

/** What starts a campaign. */
export interface CampaignInput {
  name: string;
  settings: CampaignSettings;
  dataset: ArtifactRef;
  trustImageGeometry: boolean;
  cases: { id: string; role: CaseRole }[];
  baselines: BaselineName[];
  /** Iterations that wait for a person, from the first. */
  humanRounds: number;
  /** Predictions of another system by case, which replace the first prediction. */
  predictions?: Record<string, ArtifactRef>;
  /** A checkpoint of ours that replaces the preliminary training. */
  preliminary?: ArtifactRef;
  /** A plan in place of one made from the full cases. */
  plan?: ArtifactRef;
  /** False where the cluster refuses our search attributes. */
  searchAttributes: boolean;
  timeouts: CampaignTimeouts;
}

/** Everything a run hands to the next; plain JSON, no Map, Set or Date. */
export interface CampaignState {
  input: CampaignInput;
  stage: Stage;
  /** 0 before the first fine-tuning, then 1..R. */
  iteration: number;
  cases: CaseRecord[];
  preliminary: { network: TrainedNetwork; evaluation: EvaluateOutput | null } | null;
  /** Predictions of the preliminary network: their labels are the origin labels of the whole campaign. */
  origin: Prediction[];
  arms: ArmState[];
  /** Finished iterations of the network that made the arms' predictions. */
  predictedIteration: number;
  /** Human rounds that a `scribblesComplete` has ended. */
  completedRounds: number;
  /** Every submission ever accepted, by id: an `updateId` is unique only within a run. */
  accepted: Record<string, SubmissionReceipt>;
  reminders: number;
}

export interface SubmissionReceipt {
  submissionId: string;
  caseId: string;
  kind: ScribbleSubmission['kind'];
}

export interface CampaignResult {
  model: ArtifactRef;
  modelBytes: number;
  report: { html: ArtifactRef; json: ArtifactRef };
  network: TrainedNetwork;
}

/** Answer of the query `campaignStatus`. */
export interface CampaignStatus {
  name: string;
  dataset: string;
  stage: Stage;
  iteration: number;
  iterations: number;
  /** True while the campaign waits for a person. */
  waiting: boolean;
  /** Human rounds that have ended. */
  completedRounds: number;
  cases: {
    id: string;
    role: CaseRole;
    review: CaseReview['kind'];
    failure?: string;
    /** What the geodesic step last did with this case, for the method's pseudo labels. */
    propagation?: PropagationStatistics;
  }[];
  counts: Record<CaseReview['kind'] | 'failed', number>;
  /** Mean Dice by method where test cases exist. */
  rows: { method: string; meanDice: number }[];
  /** The geodesic step of the method, by iteration; the running iteration counts the cases so far. */
  propagations: PropagationTotals[];
  reminders: number;
}

/** Answer of the query `caseArtifacts`. */
export interface CaseArtifacts {
  record: CaseRecord;
  /** Newest prediction of the method's network; absent until there is one. */
  prediction?: Prediction;
  /** The method's pseudo label of the newest iteration; absent until there is one. */
  pseudoLabel?: PseudoLabel;
  /** The campaign's plan; absent until the first network is trained. */
  plan?: ArtifactRef;
}

export function initialState(input: CampaignInput): CampaignState {
  return {
    input,
    stage: 'preparing',
    iteration: 0,
    cases: input.cases.map(({ id, role }) => ({ id, role, review: { kind: 'pending' } })),
    preliminary: null,
    origin: [],
    arms: [],
    predictedIteration: 0,
    completedRounds: 0,
    accepted: {},
    reminders: 0,
  };
}

export function casesOf(state: CampaignState, role: CaseRole): CaseRecord[] {
  return state.cases.filter((entry) => entry.role === role && entry.failure === undefined);
}

/** Imported data of the healthy cases of a role. */
export function importedOf(state: CampaignState, role: CaseRole): ImportedCase[] {
  return casesOf(state, role).flatMap((entry) => entry.imported ?? []);
}

/** Scribbled cases nobody has answered for, in the order in which a person should look at them. */
export function pendingCases(state: CampaignState): CaseRecord[] {
  return casesOf(state, 'scribbled').filter((entry) => entry.review.kind === 'pending');
}

/** True while iteration `state.iteration + 1` is one that waits for a person and nobody has ended it. */
export function awaitsPerson(state: CampaignState): boolean {
  return state.iteration < state.input.humanRounds && state.completedRounds <= state.iteration;
}

/** Why a submission cannot be taken now, or null. Pure: the synchronous validator of the update. */
export function submissionProblem(state: CampaignState, submission: ScribbleSubmission): string | null {
  const earlier = state.accepted[submission.submissionId];
  if (earlier !== undefined) {
    return earlier.caseId === submission.caseId
      ? null
      : `Submission id ${submission.submissionId} was used for case ${earlier.caseId}: expected a new id for case ${submission.caseId}.`;
  }
  return reviewProblem(state, submission.caseId);
}

/** Why the review of a case cannot change now, or null. */
export function reviewProblem(state: CampaignState, caseId: string): string | null {
  const record = state.cases.find((entry) => entry.id === caseId);
  if (record === undefined || record.role !== 'scribbled') {
    const known = casesOf(state, 'scribbled').map((entry) => entry.id);
    const shown = known.slice(0, 5).join(', ') + (known.length > 5 ? `, … (${known.length} in all)` : '');
    return `Case ${caseId} (caseId): expected a scribbled case of this campaign (${shown}) but received ${record === undefined ? 'an unknown id' : `a ${record.role} case`}.`;
  }
  if (record.failure !== undefined) return `Case ${caseId} was set aside: ${record.failure.message}`;
  if (!awaitsPerson(state)) {
    return `Proofreading has ended (stage ${state.stage}, iteration ${state.iteration}): expected an open human round. Start another campaign from these scribbles, or set scribbles.humanRounds.`;
  }
  return null;
}

/** Applies an accepted submission; a repeated id gets the first answer and changes nothing. */
export function acceptSubmission(state: CampaignState, submission: ScribbleSubmission): SubmissionReceipt {
  const earlier = state.accepted[submission.submissionId];
  if (earlier !== undefined) return earlier;
  const receipt = { submissionId: submission.submissionId, caseId: submission.caseId, kind: submission.kind };
  state.accepted[submission.submissionId] = receipt;
  setReview(state, submission.caseId, { kind: submission.kind, submission });
  return receipt;
}

export function setReview(state: CampaignState, caseId: string, review: CaseReview): void {
  const record = state.cases.find((entry) => entry.id === caseId);
  if (record !== undefined) record.review = review;
}

/** Ends the human round: cases still open count as seen by nobody. */
export function completeRound(state: CampaignState): void {
  if (!awaitsPerson(state)) return;
  state.completedRounds = state.iteration + 1;
  for (const record of pendingCases(state)) record.review = { kind: 'unseen' };
}

/** A further human round opens the cases nobody has answered for again; what people drew stays. */
export function openRound(state: CampaignState): void {
  for (const record of casesOf(state, 'scribbled')) {
    if (record.review.kind === 'unseen') record.review = { kind: 'pending' };
  }
}

/** Share of all cases that were set aside. */
export function failedShare(state: CampaignState): number {
  return state.cases.filter((entry) => entry.failure !== undefined).length / Math.max(1, state.cases.length);
}

export function caseArtifacts(state: CampaignState, caseId: string): CaseArtifacts | null {
  const record = state.cases.find(({ id }) => id === caseId);
  if (record === undefined) return null;
  const predictions = state.arms[0]?.predictions ?? state.origin;
  const prediction = predictions.find((entry) => entry.caseId === caseId);
  const pseudoLabel = state.arms[0]?.pseudoLabels.find((entry) => entry.caseId === caseId);
  const plan = state.preliminary?.network.plan;
  return {
    record,
    ...(prediction === undefined ? {} : { prediction }),
    ...(pseudoLabel === undefined ? {} : { pseudoLabel }),
    ...(plan === undefined ? {} : { plan }),
  };
}

export function statusOf(state: CampaignState): CampaignStatus {
  const counts = { pending: 0, scribbles: 0, 'no-error': 0, skipped: 0, unseen: 0, failed: 0 };
  for (const record of state.cases) {
    if (record.failure !== undefined) counts.failed += 1;
    else if (record.role === 'scribbled') counts[record.review.kind] += 1;
  }
  const newest = new Map(state.arms.slice(0, 1).flatMap(newestStatistics).map(({ caseId, statistics }) => [caseId, statistics]));
  return {
    name: state.input.name,
    dataset: state.input.settings.dataset.name,
    stage: state.stage,
    iteration: state.iteration,
    iterations: state.input.settings.fineTuning.iterations,
    waiting: state.stage === 'proofreading' && awaitsPerson(state),
    completedRounds: state.completedRounds,
    cases: state.cases.map(({ id, role, review, failure }) => {
      const propagation = newest.get(id);
      return {
        id,
        role,
        review: review.kind,
        ...(failure === undefined ? {} : { failure: `${failure.activity}: ${failure.message}` }),
        ...(propagation === undefined ? {} : { propagation }),
      };
    }),
    counts,
    rows: rowsOf(state),
    propagations: propagationsOf(state),
    reminders: state.reminders,
  };
}

function rowsOf(state: CampaignState): CampaignStatus['rows'] {
  const preliminary = state.preliminary?.evaluation?.metrics;
  const arms = state.arms.flatMap(({ arm, iterations }) =>
    iterations.flatMap(({ evaluation, iteration }) =>
      evaluation?.metrics ? [{ method: arm === 'main' ? `iteration-${iteration}` : arm, meanDice: evaluation.metrics.meanDice }] : [],
    ),
  );
  return [...(preliminary ? [{ method: 'preliminary', meanDice: preliminary.meanDice }] : []), ...arms];
}
