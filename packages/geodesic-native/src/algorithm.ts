/**
 * Ways to the same bits. `tiles`: SIMD, several threads, the fastest. `bucket` (Dial 1969): portable, one thread a class.
 * `heap` (Dijkstra 1959): the plainest, one thread a class.
 */
export type Algorithm = 'tiles' | 'bucket' | 'heap';
export const algorithms: readonly Algorithm[] = ['tiles', 'bucket', 'heap'];
