import { mkdir, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GeoscribeError } from '@geoscribe/campaign';
import { assertSameGeometry, type Volume } from '@geoscribe/core-io';
import { readVolume, writeVolume } from '@geoscribe/core-io/node';
import { onnxPredictor, predictVolume } from '@geoscribe/model';

export interface PredictFilesOptions {
  model: string;
  /** A volume, or a folder of volumes; several channels as `<case>_0000.nii.gz`, ... */
  input: string;
  /** A file for a file, a folder for a folder. */
  output: string;
  threads: number;
  signal: AbortSignal;
  onProgress: (label: string, done: number, total: number) => void;
}

interface Job {
  id: string;
  files: string[];
  output: string;
}

/**
 * Predicts volumes with an exported model. Written label maps have the image's own geometry.
 *
 * @returns the files written.
 * @throws GeoscribeError `InvalidModelError`, `InvalidVolumeError`, `GeometryMismatchError`, `InvalidArgumentError`.
 */
export async function predictFiles({ model, input, output, threads, signal, onProgress }: PredictFilesOptions): Promise<string[]> {
  const predictor = await onnxPredictor(model, { threads });
  try {
    const jobs = await jobsOf(input, output);
    for (const [index, job] of jobs.entries()) {
      const channels = await readChannels(job);
      const label = `${job.id} (${index + 1} of ${jobs.length})`;
      const labelMap = await predictVolume({
        channels,
        id: job.id,
        plan: predictor.plan,
        predictor,
        signal,
        onProgress: (done, total) => onProgress(label, done, total),
      });
      await mkdir(dirname(job.output), { recursive: true });
      await writeVolume(job.output, labelMap);
    }
    return jobs.map((job) => job.output);
  } finally {
    await predictor.close();
  }
}

async function jobsOf(input: string, output: string): Promise<Job[]> {
  const found = await stat(input).catch((cause: NodeJS.ErrnoException) => {
    throw new GeoscribeError('InvalidArgumentError', 'The input cannot be read', { file: input, received: cause.code ?? cause.message }, { cause });
  });
  if (!found.isDirectory()) return [{ id: basename(input), files: [input], output }];
  const names = (await readdir(input)).filter((name) => /\.nii(\.gz)?$/.test(name) && !name.startsWith('.')).sort();
  if (names.length === 0) {
    throw new GeoscribeError('InvalidArgumentError', 'The folder holds no volume', { file: input, expected: '.nii or .nii.gz files', received: 'none' });
  }
  const byCase = new Map<string, string[]>();
  for (const name of names) {
    const id = name.replace(/(_\d{4})?\.nii(\.gz)?$/, '');
    byCase.set(id, [...(byCase.get(id) ?? []), name]);
  }
  return [...byCase].map(([id, files]) => ({ id, files: files.map((name) => join(input, name)), output: join(output, `${id}.nii.gz`) }));
}

async function readChannels({ files }: Job): Promise<Volume[]> {
  const channels = (await Promise.all(files.map(readVolume))).flat();
  for (const [index, channel] of channels.entries()) {
    assertSameGeometry(channel.geometry, channels[0]!.geometry, { file: files[index] ?? files[0]!, otherFile: files[0]! });
  }
  return channels;
}
