import type { ArtifactStore } from '@geoscribe/core-io/node';
import type { ChildPool } from '@geoscribe/model';
import type { Logger } from 'pino';

/** What a worker gives to its activities. */
export interface ActivityContext {
  store: ArtifactStore;
  /** Folder of the store: supervised children open it themselves. */
  storeRoot: string;
  /** Version of the code that computes; part of every memo key. */
  version: string;
  children: ChildPool;
  /** Time a cancelled child has to leave a checkpoint, ms. */
  graceMs: number;
  log: Logger;
}
