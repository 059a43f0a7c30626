import type { Progress } from '@geoscribe/campaign';
import type { ArtifactStore } from '@geoscribe/core-io/node';
import { networkCache, type NetworkCache } from './network-cache.js';
import type { Pointers } from './pointers.js';

/** What a step of the engine needs besides its input. */
export interface EngineContext {
  store: ArtifactStore;
  pointers: Pointers;
  networks: NetworkCache;
  signal: AbortSignal;
  progress: (progress: Progress) => void;
}

/** A context whose step is never cancelled and reports to nobody, unless told otherwise. */
export function engineContext(
  parts: Pick<EngineContext, 'store' | 'pointers'> & Partial<Pick<EngineContext, 'signal' | 'progress'>>,
): EngineContext {
  return { networks: networkCache(parts.store), signal: new AbortController().signal, progress: () => undefined, ...parts };
}
