export { encodeVolumeFile, readLabelMap, readVolume, writeVolume } from './volume-file.js';
export { sha256Hex, type ArtifactStore } from './artifact-store.js';
export { FolderStore } from './folder-store.js';
export { fetchArchive, type Checksum, type FetchArchiveOptions } from './fetch-archive.js';
export { extractTar } from './extract-tar.js';
export type { DatasetCase, DatasetListing } from './dataset-listing.js';
export { listDataset } from './list-dataset.js';
export { loadCase, type LoadedCase } from './load-case.js';
export { readRecord, SubmissionFolder, type StoredSubmission } from './submission-folder.js';
