// What is measured, the same for every phantom and implementation.
import { availableParallelism } from 'node:os';

export const weights = { distance: 0.01, gradient: 1, probability: 0.1 };
export const cutoff = 5;

/** Ours are timed with one thread and with all. */
export const allThreads = availableParallelism();
export const threadCounts = [...new Set([1, allThreads])];

/** A peer that needs more on a phantom larger than `mr` runs on `mr` only. */
export const peerSeconds = 60;
export const peerGiB = 8;

/** The whole benchmark ends within 15 minutes: no peer goes on beyond this. */
export const peerDeadlineMinutes = 14;
