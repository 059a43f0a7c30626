import { serveTasks } from '../threads/serve-tasks.js';
import { runPreparation, type PreparationResult } from './preparation-tasks.js';

/** Thread of `PreparationThreads`. */
serveTasks(runPreparation, arraysOf);

function arraysOf(result: PreparationResult): ArrayBuffer[] {
  if (!('image' in result)) return [];
  return [result.image, result.validMask, ...(result.label === undefined ? [] : [result.label])].map(({ buffer }) => buffer as ArrayBuffer);
}
