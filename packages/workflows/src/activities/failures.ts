import { ApplicationFailure } from '@temporalio/activity';
import { GeoscribeError } from '@geoscribe/campaign';

/**
 * Turns an error of the engine into an `ApplicationFailure` of the same name; input errors are non-retryable. Anything
 * else, cancellation above all, passes as it is.
 */
export function toFailure(error: unknown): unknown {
  if (!(error instanceof GeoscribeError)) return error;
  return ApplicationFailure.create({
    message: error.message,
    type: error.code,
    nonRetryable: error.isInputError,
    details: [error.detail],
    cause: error,
  });
}
