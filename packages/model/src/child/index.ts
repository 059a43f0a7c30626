/** What a supervising process needs: nothing here loads LibTorch. */
export { runInChild } from './run-in-child.js';
export { ChildPool } from './child-pool.js';
export type { ChildOptions, RunOptions } from './child-process.js';
export type { JobName, JobRequest, Jobs } from './jobs.js';
