import { ApplicationFailure, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import {
  acceptSubmission,
  caseArtifacts,
  completeRound,
  queries,
  reviewProblem,
  scribbleSubmissionSchema,
  setReview,
  signals,
  statusOf,
  submissionProblem,
  updates,
  type CampaignInput,
  type CampaignState,
  type CampaignStatus,
  type CaseArtifacts,
  type ScribbleSubmission,
  type SubmissionReceipt,
} from '@geoscribe/campaign';
import { showState } from './visibility.js';

const scribblesComplete = defineSignal(signals.scribblesComplete);
const submitScribbles = defineUpdate<SubmissionReceipt, [ScribbleSubmission]>(updates.submitScribbles);
const skipCase = defineUpdate<void, [{ caseId: string }]>(updates.skipCase);
const reopenCase = defineUpdate<void, [{ caseId: string }]>(updates.reopenCase);
const campaignStatus = defineQuery<CampaignStatus>(queries.campaignStatus);
const campaignInput = defineQuery<CampaignInput>(queries.campaignInput);
const artifactsOfCase = defineQuery<CaseArtifacts | null, [string]>(queries.caseArtifacts);

/** What the handlers count beside the state; not carried to the next run. */
export interface MessageCounter {
  updates: number;
}

/**
 * Registers every message of a campaign. Called before the first `await`, so that nothing sent early is lost.
 * Validators are synchronous: an async one never rejects.
 */
export function registerMessages(state: CampaignState, counter: MessageCounter): void {
  setHandler(campaignStatus, () => statusOf(state));
  setHandler(campaignInput, () => state.input);
  setHandler(artifactsOfCase, (caseId) => caseArtifacts(state, caseId));
  setHandler(scribblesComplete, () => {
    completeRound(state);
    showState(state);
  });
  setHandler(
    submitScribbles,
    (submission) => {
      counter.updates += 1;
      const receipt = acceptSubmission(state, scribbleSubmissionSchema.parse(submission));
      showState(state);
      return receipt;
    },
    { validator: (submission) => validateSubmission(state, submission) },
  );
  setHandler(skipCase, ({ caseId }) => changeReview(state, counter, caseId, 'skipped'), {
    validator: ({ caseId }) => refuse(reviewProblem(state, caseId), 'UnknownCaseError'),
  });
  setHandler(reopenCase, ({ caseId }) => changeReview(state, counter, caseId, 'pending'), {
    validator: ({ caseId }) => refuse(reviewProblem(state, caseId), 'UnknownCaseError'),
  });
}

function changeReview(state: CampaignState, counter: MessageCounter, caseId: string, kind: 'skipped' | 'pending'): void {
  counter.updates += 1;
  setReview(state, caseId, { kind });
  showState(state);
}

function validateSubmission(state: CampaignState, submission: ScribbleSubmission): void {
  const parsed = scribbleSubmissionSchema.safeParse(submission);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'submission'}: ${issue.message}`);
    refuse(`Submission is malformed. ${issues.join('; ')}`, 'InvalidScribbleError');
    return;
  }
  refuse(submissionProblem(state, parsed.data), 'UnknownCaseError');
}

function refuse(problem: string | null, type: string): void {
  if (problem !== null) throw ApplicationFailure.nonRetryable(problem, type);
}
