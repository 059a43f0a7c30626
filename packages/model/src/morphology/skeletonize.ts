/**
 * Skeleton of a plane mask, one pixel wide, by parallel thinning.
 *
 * @param options.mask `[Y, X]`, non-zero is inside; not changed.
 * @param options.shape `[y, x]`; pixels beyond it count as outside.
 * @returns uint8 mask of 0 and 1; a subset of the mask.
 *
 * Cost: O(pixels * thickness). Source: Zhang and Suen, "A fast parallel algorithm for thinning digital patterns", 1984.
 */
export function skeletonize(options: { mask: ArrayLike<number>; shape: [number, number] }): Uint8Array {
  const [ny, nx] = options.shape;
  const width = nx + 2;
  const padded = new Uint8Array((ny + 2) * width);
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) padded[(y + 1) * width + x + 1] = options.mask[y * nx + x] ? 1 : 0;
  }
  // Clockwise from north.
  const ring = [-width, -width + 1, 1, width + 1, width, width - 1, -1, -width - 1];
  const remove: number[] = [];
  let changed = true;
  while (changed) {
    changed = false;
    for (const pass of [0, 1] as const) {
      remove.length = 0;
      for (let pixel = width; pixel < padded.length - width; pixel++) {
        if (padded[pixel] === 1 && isRemovable(padded, pixel, ring, pass)) remove.push(pixel);
      }
      for (const pixel of remove) padded[pixel] = 0;
      changed ||= remove.length > 0;
    }
  }
  const skeleton = new Uint8Array(ny * nx);
  for (let y = 0; y < ny; y++) {
    for (let x = 0; x < nx; x++) skeleton[y * nx + x] = padded[(y + 1) * width + x + 1]!;
  }
  return skeleton;
}

function isRemovable(padded: Uint8Array, pixel: number, ring: number[], pass: 0 | 1): boolean {
  let neighbours = 0;
  let entries = 0;
  for (let k = 0; k < 8; k++) {
    const here = padded[pixel + ring[k]!]!;
    neighbours += here;
    if (here === 0 && padded[pixel + ring[(k + 1) % 8]!] === 1) entries++;
  }
  if (neighbours < 2 || neighbours > 6 || entries !== 1) return false;
  const [north, east, south, west] = [0, 2, 4, 6].map((k) => padded[pixel + ring[k]!]!) as [number, number, number, number];
  return pass === 0
    ? north * east * south === 0 && east * south * west === 0
    : north * east * west === 0 && north * south * west === 0;
}
