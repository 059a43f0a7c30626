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

/** Labelled cases that are not set apart for test: those of `imagesTr`, as nnU-Net plans and trains. */
export function trainingCases({ cases }: DatasetListing): DatasetCase[] {
  return cases.filter(({ images, label }) => label !== undefined && !images.some((file) => file.startsWith('imagesTs/')));
}
