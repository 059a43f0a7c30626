export * from './artifact.js';
export * from './activities.js';
export * from './config.js';
export * from './errors.js';
export * from './names.js';
export * from './progress.js';
export * from './submission.js';
