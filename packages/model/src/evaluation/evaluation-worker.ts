import { serveTasks } from '../threads/serve-tasks.js';
import { runTask } from './tasks.js';

/** Thread of `runTasks`. */
serveTasks(runTask);
