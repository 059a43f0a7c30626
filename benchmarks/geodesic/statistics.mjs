/**
 * Greatest and mean |difference| over the voxels that either reaches, both cut at `cutoff`.
 *
 * @param {Float32Array[]} distances by class
 * @param {Float32Array[]} exact by class
 */
export function errorsOf(distances, exact, cutoff) {
  let [most, sum, count] = [0, 0, 0];
  for (const [c, ours] of exact.entries()) {
    const theirs = distances[c];
    for (let v = 0; v < ours.length; v += 1) {
      if (!(ours[v] < cutoff || theirs[v] < cutoff)) continue;
      const difference = Math.abs(Math.min(ours[v], cutoff) - Math.min(theirs[v], cutoff));
      most = Math.max(most, difference);
      sum += difference;
      count += 1;
    }
  }
  return { maxError: most, meanError: count === 0 ? 0 : sum / count };
}

/** Whether all bits are equal. */
export function sameBits(distances, exact) {
  return exact.every((ours, c) => {
    const bytes = (array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);
    return bytes(ours).equals(bytes(distances[c]));
  });
}

export function countReached(distances) {
  return distances.reduce((sum, array) => sum + array.reduce((count, d) => count + (d < Infinity ? 1 : 0), 0), 0);
}
