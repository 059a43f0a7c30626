import { GeoscribeError } from '@geoscribe/campaign';

/** @throws GeoscribeError `InvalidArgumentError` where an array has another size than `reference`. */
export function checkSizes(reference: ArrayLike<number>, others: Record<string, ArrayLike<number> | undefined>): void {
  for (const [field, values] of Object.entries(others)) {
    if (values !== undefined && values.length !== reference.length) {
      throw new GeoscribeError('InvalidArgumentError', 'Arrays of different grids were compared', {
        field,
        expected: `${reference.length} voxels, as the reference has`,
        received: String(values.length),
      });
    }
  }
}
