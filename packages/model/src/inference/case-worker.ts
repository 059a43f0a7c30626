import { serveTasks } from '../threads/serve-tasks.js';
import { runCaseTask } from './case-tasks.js';

/** Thread of `predictFiles`. */
serveTasks(runCaseTask, (prepared) => (prepared ?? []).map(({ image }) => image.buffer as ArrayBuffer));
