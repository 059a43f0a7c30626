const pole = Math.sqrt(3) - 2;

/**
 * Cubic B-spline coefficients of a block of lines whose end values go on forever, in place, over their gain of 6.
 *
 * The recursive filter of pole `z = sqrt(3) - 2` runs forward, then backward; on the constant continuation both have a
 * closed form, so nothing is cut off.
 *
 * @param lines `[margin + n + margin, pitch]` float64: sample i of line b at `(i + margin) * pitch + b`. Filled for
 *   i from -margin to n + margin - 1.
 * @param width lines in the block, at most `pitch`.
 *
 * Source: Unser, "Splines: a perfect fit for signal and image processing", 1999.
 */
export function splinePrefilter(
  lines: Float64Array,
  { n, margin, pitch, width }: { n: number; margin: number; pitch: number; width: number },
): void {
  const leftLimit = new Float64Array(width);
  const rightLimit = new Float64Array(width);
  const begin = margin * pitch;
  const last = begin + (n - 1) * pitch;
  for (let b = 0; b < width; b++) {
    leftLimit[b] = lines[begin + b]! / (1 - pole);
    rightLimit[b] = lines[last + b]! / (1 - pole);
    lines[begin + b]! += pole * leftLimit[b]!;
  }
  for (let row = begin + pitch; row <= last; row += pitch) {
    for (let p = row, end = row + width; p < end; p++) lines[p]! += pole * lines[p - pitch]!;
  }
  for (let b = 0; b < width; b++) {
    let excess = lines[last + b]! - rightLimit[b]!;
    const settled = rightLimit[b]! / (1 - pole);
    for (let k = 0; k <= margin; k++) {
      lines[last + k * pitch + b] = -pole * (settled + excess / (1 - pole * pole));
      excess *= pole;
    }
  }
  for (let row = last - pitch; row >= begin; row -= pitch) {
    for (let p = row, end = row + width; p < end; p++) lines[p] = pole * (lines[p + pitch]! - lines[p]!);
  }
  for (let row = begin - pitch; row >= 0; row -= pitch) {
    for (let b = 0; b < width; b++) lines[row + b] = pole * (lines[row + pitch + b]! - leftLimit[b]!);
  }
}
