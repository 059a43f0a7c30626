// Whether both implementations did the same work.

/** `count` values of an array, evenly spaced from the first. */
export function sampled(array, count) {
  const step = Math.floor(array.length / count);
  return Array.from({ length: count }, (_, k) => array[k * step]);
}

/**
 * Greatest difference of two results' fields, each the mean over the field's values, relative to its greatest magnitude.
 *
 * @param {Record<string, number | number[]>} ours
 * @param {Record<string, number | number[]>} theirs
 */
export function differenceOf(ours, theirs) {
  const differences = Object.entries(theirs).map(([field, value]) => {
    const [a, b] = [[ours[field]].flat(), [value].flat()];
    if (a.length !== b.length) return Infinity;
    const scale = b.reduce((greatest, number) => Math.max(greatest, Math.abs(number)), 0) || 1;
    return b.reduce((sum, number, k) => sum + Math.abs(a[k] - number), 0) / (b.length * scale);
  });
  return Math.max(...differences);
}
