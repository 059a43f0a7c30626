import { serveTasks } from '../threads/serve-tasks.js';
import { runPreparation, type PreparationResult } from './preparation-tasks.js';

/** Thread of `PreparationThreads`. */
serveTasks(runPreparation, arraysOf);

function arraysOf(result: PreparationResult): ArrayBuffer[] {
  if (!('image' in result)) return [];
  const { image, validMask, label, confidence } = result;
  return [image, validMask, label, confidence].flatMap((bytes) => (bytes === undefined ? [] : [bytes.buffer as ArrayBuffer]));
}
