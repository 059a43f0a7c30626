export { referenceDistance } from './referenceDistance.js';
export { referencePseudoLabel, type ReferencePseudoLabel } from './referencePseudoLabel.js';
