import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { AugmentationSpec, NetworkSpec, StepRequest, TrainingCase } from '../src/index.js';

export const noAugmentation: AugmentationSpec = { enabled: false, inPlaneAxis: null, mirror: [false, false, false] };
export const fullAugmentation: AugmentationSpec = { enabled: true, inPlaneAxis: null, mirror: [true, true, true] };

/** Plain U-Net of isotropic stages. */
export function isotropicSpec(base: number, stages: number, classes = 3, inputChannels = 1): NetworkSpec {
  return {
    inputChannels,
    classes,
    stages: Array.from({ length: stages }, (_, index) => ({
      features: base * 2 ** index,
      kernel: [3, 3, 3],
      stride: index === 0 ? [1, 1, 1] : [2, 2, 2],
      encoderBlocks: 2,
      decoderBlocks: 2,
    })),
  };
}

/** Two nested balls with a wave over them; labels 0, 1, 2. */
export function phantomCase(size: number): TrainingCase {
  const voxels = size ** 3;
  const image = new Float32Array(voxels);
  const label = new Uint8Array(voxels);
  const middle = (size - 1) / 2;
  for (let i = 0; i < voxels; i += 1) {
    const [z, y, x] = [Math.floor(i / size ** 2), Math.floor(i / size) % size, i % size];
    const radius = Math.hypot(z - middle, y - middle, x - middle) / size;
    label[i] = radius < 0.2 ? 1 : radius < 0.35 ? 2 : 0;
    image[i] = label[i]! - 1 + 0.3 * Math.sin(12.9898 * i);
  }
  return { image, channels: 1, shape: [size, size, size], label };
}

/** Steps of two patches about the centre, every seed used once. */
export function stepsAt(center: [number, number, number], count: number, learningRate = 0.02, firstSeed = 0): StepRequest[] {
  return Array.from({ length: count }, (_, step) => ({
    learningRate,
    patches: [0, 1].map((patch) => ({ caseIndex: 0, center, seed: firstSeed + 2 * step + patch })),
  }));
}

export const dataFolder = new URL('../../../../shared/data/Task04_Hippocampus/', import.meta.url);
export const hasHippocampus = existsSync(dataFolder);
if (!hasHippocampus) process.stderr.write('skipped: ../shared/data/Task04_Hippocampus is absent\n');

/** One case with its intensities brought to mean 0 and deviation 1. The files are plain NIfTI-1, little endian. */
export function hippocampusCase(name: string): TrainingCase {
  const image = readNifti(new URL(`imagesTr/${name}.nii.gz`, dataFolder));
  const label = readNifti(new URL(`labelsTr/${name}.nii.gz`, dataFolder));
  const mean = image.values.reduce((sum, value) => sum + value, 0) / image.values.length;
  const deviation = Math.sqrt(image.values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / image.values.length);
  return {
    image: Float32Array.from(image.values, (value) => (value - mean) / deviation),
    channels: 1,
    shape: image.shape,
    label: Uint8Array.from(label.values),
  };
}

function readNifti(file: URL): { shape: [number, number, number]; values: number[] } {
  const bytes = gunzipSync(readFileSync(file));
  const shape: [number, number, number] = [bytes.readInt16LE(46), bytes.readInt16LE(44), bytes.readInt16LE(42)];
  const offset = bytes.readFloatLE(108);
  const isFloat = bytes.readInt16LE(70) === 16;
  const values = Array.from({ length: shape[0] * shape[1] * shape[2] }, (_, i) => (isFloat ? bytes.readFloatLE(offset + 4 * i) : bytes[offset + i]!));
  return { shape, values };
}
