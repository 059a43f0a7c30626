import { GeoscribeError } from '@geoscribe/campaign';

/** The GeoscribeError that `call` throws; fails where it throws none. */
export function errorOf(call: () => unknown): GeoscribeError {
  try {
    call();
  } catch (error) {
    if (error instanceof GeoscribeError) return error;
    throw error;
  }
  throw new Error('expected a GeoscribeError, but nothing was thrown');
}

/** The GeoscribeError that a promise rejects with. */
export async function rejectionOf(promise: Promise<unknown>): Promise<GeoscribeError> {
  const settled = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  return errorOf(() => {
    if (settled !== undefined) throw settled;
  });
}
