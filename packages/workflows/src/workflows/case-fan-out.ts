import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';
import { failedShare, type CampaignState, type CaseRecord } from '@geoscribe/campaign';

/** Share of all cases that may be set aside before the campaign gives up. */
const tolerableFailedShare = 0.1;

/**
 * Runs `step` for every case, at most `limit` at a time, and sets aside the cases whose step fails.
 *
 * @returns results in the order of `cases`, without those set aside.
 * @throws ApplicationFailure `TooManyFailedCasesError` when more than 10 % of the campaign's cases are set aside;
 *   cancellation as it is.
 */
export async function forEachCase<T extends object>(
  state: CampaignState,
  cases: readonly CaseRecord[],
  activity: string,
  limit: number,
  step: (record: CaseRecord) => Promise<T>,
): Promise<T[]> {
  const results: (T | undefined)[] = cases.map(() => undefined);
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      const record = cases[index]!;
      try {
        results[index] = await step(record);
      } catch (error) {
        if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
        record.failure = { activity, message: reasonOf(error) };
        refuseTooManyFailures(state);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, cases.length) }, lane));
  return results.filter((result) => result !== undefined);
}

function reasonOf(error: ActivityFailure): string {
  return error.cause?.message ?? error.message;
}

function refuseTooManyFailures(state: CampaignState): void {
  if (failedShare(state) <= tolerableFailedShare) return;
  const failed = state.cases.filter((entry) => entry.failure !== undefined);
  const shown = failed.slice(0, 3).map((entry) => `${entry.id}: ${entry.failure?.message}`);
  throw ApplicationFailure.nonRetryable(
    `${failed.length} of ${state.cases.length} cases failed (more than 10 %). ${shown.join(' ')} Correct the cases and run \`geoscribe campaign resume\`.`,
    'TooManyFailedCasesError',
  );
}
