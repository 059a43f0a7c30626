// Whether both implementations did the same work.

/** `count` values of an array, evenly spaced from the first. */
export function sampled(array, count) {
  const step = Math.floor(array.length / count);
  return Array.from({ length: count }, (_, k) => array[k * step]);
}

/**
 * Greatest difference of two results of one shape, relative to the greatest magnitude among the values of a field.
 *
 * @param {Record<string, number | number[]>} ours
 * @param {Record<string, number | number[]>} theirs
 */
export function greatestDifference(ours, theirs) {
  let most = 0;
  for (const [field, value] of Object.entries(theirs)) {
    const [a, b] = [[ours[field]].flat(), [value].flat()];
    if (a.length !== b.length) return Infinity;
    const scale = b.reduce((greatest, number) => Math.max(greatest, Math.abs(number)), 0) || 1;
    for (const [k, number] of b.entries()) most = Math.max(most, Math.abs(a[k] - number) / scale);
  }
  return most;
}
