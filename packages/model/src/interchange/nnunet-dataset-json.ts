import { GeoscribeError, type DatasetDescription } from '@geoscribe/campaign';

/** nnU-Net's name of the label that its loss leaves out. */
const ignoreName = 'ignore';

export interface NnunetDatasetJson {
  name: string;
  description: string;
  channel_names: Record<string, string>;
  labels: Record<string, number>;
  file_ending: '.nii.gz';
}

/**
 * Contents of the `dataset.json` of an nnU-Net v2 raw data set, but for the number of its training cases.
 *
 * @param options.dataset names of labels by value and of channels; label 0 is called `background`, as nnU-Net demands.
 * @param options.ignore whether the label maps hold an ignore label: the value after the last class.
 * @returns labels that count from 0 without a gap, `ignore` the highest.
 * @throws GeoscribeError `InvalidDatasetError` where two labels would have one name.
 */
export function nnunetDatasetJson(options: {
  dataset: DatasetDescription;
  description: string;
  ignore: boolean;
}): NnunetDatasetJson {
  const { dataset, description, ignore } = options;
  const names = ['background', ...dataset.labels.slice(1), ...(ignore ? [ignoreName] : [])];
  const twice = names.find((name, value) => names.indexOf(name) !== value);
  if (twice !== undefined) {
    throw new GeoscribeError('InvalidDatasetError', 'Two labels would have one name in dataset.json', {
      field: 'labels',
      expected: `names that differ from each other, from background${ignore ? ` and from ${ignoreName}` : ''}`,
      received: twice,
      nextStep: 'Rename the label in the data set.',
    });
  }
  return {
    name: dataset.name,
    description,
    channel_names: Object.fromEntries(dataset.channels.map((name, channel) => [String(channel), name])),
    labels: Object.fromEntries(names.map((name, value) => [name, value])),
    file_ending: '.nii.gz',
  };
}
