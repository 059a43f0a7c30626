import type { DatasetDescription } from '@geoscribe/campaign';

export interface DatasetCase {
  id: string;
  /** Paths relative to the data set's folder, with `/`. MSD: one file whose 4-D volumes are the channels. */
  images: string[];
  label?: string;
}

/** What a data set's folder holds; plain JSON, independent of where the folder is. */
export interface DatasetListing {
  layout: 'msd' | 'nnunet';
  description: DatasetDescription;
  /** Sorted by id. */
  cases: DatasetCase[];
}
