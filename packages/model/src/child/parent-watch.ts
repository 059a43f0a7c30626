import { workerData } from 'node:worker_threads';

/**
 * Thread that ends the process once its parent is gone. The main thread may be inside native work for minutes and then
 * learns nothing from its channel; this one always runs.
 */
const { parent } = workerData as { parent: number };
const interval = 500;

setInterval(() => {
  if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, interval);
