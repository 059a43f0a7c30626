export { makePhantom, phantomLabels, type Phantom, type PhantomOptions } from './makePhantom.js';
export { writePhantomDataset, type PhantomDatasetOptions } from './writePhantomDataset.js';
export { mulberry32 } from './mulberry32.js';
