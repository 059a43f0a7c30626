import { access, readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { faultInWords } from '@geoscribe/core-io/node';

/** A case to predict: where it is read from and where its results go. */
export interface PredictionJob {
  id: string;
  /** One file a channel, or one with several. */
  files: string[];
  labelMap: string;
  /** Absent where no probabilities are wanted. */
  probabilities?: string;
}

const volumeName = /\.nii(\.gz)?$/;

/**
 * Cases of a file or a folder: in a folder `<case>.nii.gz`, with several channels `<case>_0000.nii.gz`, `<case>_0001.nii.gz`,
 * ...; label maps are `<case>.nii.gz` of the output folder, probabilities `<case>.nii.gz` of `probabilities` in it, so that the
 * folder holds nothing but label maps for who evaluates it. A file's probabilities are `<label map>_probabilities.nii.gz`.
 *
 * @throws GeoscribeError `InvalidArgumentError` for an input without volumes, an output that is not of the input's kind.
 */
export async function predictionJobs(input: string, output: string, { probabilities }: { probabilities: boolean }): Promise<PredictionJob[]> {
  const job = (id: string, files: string[], labelMap: string, probabilityFile: string): PredictionJob => ({
    id,
    files,
    labelMap,
    ...(probabilities && { probabilities: probabilityFile }),
  });
  const found = await stat(input).catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidArgumentError', 'The input cannot be read', { file: input, expected: 'a volume or a folder of volumes', received: faultInWords(cause) }, { cause });
  });
  if (!found.isDirectory()) {
    if (volumeName.test(output)) {
      return [job(basename(input).replace(volumeName, ''), [input], output, output.replace(volumeName, '_probabilities.nii.gz'))];
    }
    throw new GeoscribeError('InvalidArgumentError', 'The label map of a file is a file', { file: output, expected: 'a name that ends in .nii or .nii.gz', received: basename(output) });
  }
  const names = (await readdir(input)).filter((name) => volumeName.test(name) && !name.startsWith('.')).sort();
  if (names.length === 0) {
    throw new GeoscribeError('InvalidArgumentError', 'The folder holds no volume', { file: input, expected: '.nii or .nii.gz files', received: 'none' });
  }
  const byCase = new Map<string, string[]>();
  for (const name of names) {
    const id = name.replace(/(_\d{4})?\.nii(\.gz)?$/, '');
    byCase.set(id, [...(byCase.get(id) ?? []), join(input, name)]);
  }
  return [...byCase].map(([id, files]) => {
    const name = `${id}.nii.gz`;
    return job(id, files, join(output, name), join(output, 'probabilities', name));
  });
}

/** Whether everything that the job writes is there. */
export async function isDone({ labelMap, probabilities = labelMap }: PredictionJob): Promise<boolean> {
  return access(labelMap).then(() => access(probabilities)).then(() => true, () => false);
}
