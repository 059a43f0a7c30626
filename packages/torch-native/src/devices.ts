import { freemem, totalmem } from 'node:os';
import { GeoscribeError } from '@geoscribe/campaign';
import { check, isWhole } from './checks.js';
import { fromNativeSync, torch } from './native.js';
import type { TorchDevice } from './types.js';

/**
 * Sets the number of threads within operations, for every network and trainer of this process.
 *
 * Sums are split by thread: on the CPU the same bits come back only with the same number (and machine).
 *
 * @param threads - 1 and more.
 * @throws InvalidArgumentError.
 */
export function setThreads(threads: number): void {
  check(isWhole(threads, 1) && threads <= 4096, 'threads', 'a whole number from 1 to 4096', threads);
  torch().setThreads(threads);
}

/**
 * What this process can train on. Asking opens LibTorch's CUDA library where there is one: ask before the first step on
 * the CPU, later CUDA cannot be added to the process.
 *
 * @returns `cudaReason`: why `cuda` is false and what to install.
 */
export function availableDevices(): { cpu: true; cuda: boolean; cudaReason?: string } {
  try {
    fromNativeSync(() => torch().probeDevice('cuda'));
    return { cpu: true, cuda: true };
  } catch (error) {
    const isExpected = error instanceof GeoscribeError && error.detail.field === 'device';
    if (!isExpected) throw error;
    return { cpu: true, cuda: false, cudaReason: error.message };
  }
}

/**
 * Memory that a training on the device could use now.
 *
 * @returns bytes; null for `cuda` where it cannot be used. Of CUDA's memory what other processes and this one hold is not
 * free, memory that LibTorch keeps for later included.
 */
export function deviceMemory(device: TorchDevice): { free: number; total: number } | null {
  if (device === 'cpu') return { free: freemem(), total: totalmem() };
  return availableDevices().cuda ? fromNativeSync(() => torch().deviceMemory(device)) : null;
}
