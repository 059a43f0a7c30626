import { createRequire } from 'node:module';

/**
 * Version of the code that computes results, which `geoscribe --version` prints. Part of every memo key: raise the
 * package's version when a change makes old results stale.
 */
export const engineVersion: string = (createRequire(import.meta.url)('../../package.json') as { version: string }).version;
