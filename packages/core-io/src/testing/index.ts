export { makePhantom, phantomLabels, type Phantom, type PhantomOptions } from './make-phantom.js';
export { writePhantomDataset, type PhantomDatasetOptions } from './write-phantom-dataset.js';
export { mulberry32 } from './mulberry32.js';
