export { encodeVolumeFile, readLabelMap, readVolume, writeVolume } from './volumeFile.js';
export { sha256Hex, type ArtifactStore } from './artifactStore.js';
export { FolderStore } from './folderStore.js';
export { fetchArchive, type Checksum, type FetchArchiveOptions } from './fetchArchive.js';
export { extractTar } from './extractTar.js';
export type { DatasetCase, DatasetListing } from './datasetListing.js';
export { listDataset } from './listDataset.js';
export { loadCase, type LoadedCase } from './loadCase.js';
export { readRecord, SubmissionFolder, type StoredSubmission } from './submission-folder.js';
