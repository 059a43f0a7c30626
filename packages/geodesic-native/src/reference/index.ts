export { referenceDistance } from './reference-distance.js';
export { referencePseudoLabel, type ReferencePseudoLabel } from './reference-pseudo-label.js';
