export { connectWorker, type TemporalTarget } from '../temporal-connection.js';
export { createWorkers, runWorkers, type Queue, type WorkersOptions } from './create-workers.js';
