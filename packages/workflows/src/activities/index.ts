export type { ActivityContext } from './activity-context.js';
export { createActivities } from './create-activities.js';
export { artifactsIn, memoFolder } from './memo.js';
