import { GeoscribeError } from '@geoscribe/campaign';

/**
 * A `NonFiniteLossError` that also says what is left and what to change: repeated as it is, the training would fail again.
 * Any other error is returned as it is.
 *
 * @param latest name of the last finished epoch's checkpoint, null where there is none.
 */
export function explainNonFiniteLoss(error: unknown, latest: string | null): unknown {
  if (!(error instanceof GeoscribeError) || error.code !== 'NonFiniteLossError') return error;
  const kept = latest === null ? 'No epoch was finished' : `The last finished epoch is kept (${latest})`;
  const nextStep =
    `${kept}. Set a lower learning rate (\`training.learningRate\` of a plan, \`learningRate\` of a campaign) or ` +
    '`precision: float32`, check the images for values that are not finite, and train anew.';
  return new GeoscribeError('NonFiniteLossError', 'The loss or its gradient is not a finite number', { ...error.detail, nextStep }, { cause: error });
}
