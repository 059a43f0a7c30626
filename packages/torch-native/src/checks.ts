import { GeoscribeError } from '@geoscribe/campaign';
import type { AugmentationSpec, NetworkSpec, PatchRequest, StepRequest, TrainingCase, VolumeWindows } from './types.js';

/** Throws InvalidArgumentError unless the condition holds. */
export function check(condition: boolean, field: string, expected: string, received: unknown): asserts condition {
  if (condition) return;
  throw new GeoscribeError('InvalidArgumentError', 'An argument cannot be used', { field, expected, received: describe(received) });
}

function describe(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${(value as Float32Array).length}`;
  return typeof value === 'number' || value === undefined ? String(value) : JSON.stringify(value);
}

export const isWhole = (value: unknown, least: number): value is number => Number.isSafeInteger(value) && (value as number) >= least;
const isTriple = (value: unknown, least: number): boolean => Array.isArray(value) && value.length === 3 && value.every((entry) => isWhole(entry, least));

export function voxelCount(shape: readonly [number, number, number]): number {
  return shape[0] * shape[1] * shape[2];
}

/** Product of all strides per axis: the sizes a network takes are its multiples. */
export function totalStride(spec: NetworkSpec): [number, number, number] {
  const stride: [number, number, number] = [1, 1, 1];
  for (const stage of spec.stages) stage.stride.forEach((factor, axis) => (stride[axis]! *= factor));
  return stride;
}

export function checkSpec(spec: NetworkSpec): void {
  check(isWhole(spec.inputChannels, 1), 'spec.inputChannels', 'a whole number of at least 1', spec.inputChannels);
  check(isWhole(spec.classes, 2) && spec.classes <= 256, 'spec.classes', 'a whole number from 2 to 256', spec.classes);
  check(Array.isArray(spec.stages) && spec.stages.length >= 2, 'spec.stages', 'at least 2 stages', spec.stages?.length);
  spec.stages.forEach((stage, index) => {
    const field = `spec.stages[${index}]`;
    check(isWhole(stage.features, 1), `${field}.features`, 'a whole number of at least 1', stage.features);
    check(isTriple(stage.kernel, 1) && stage.kernel.every((size) => size === 1 || size === 3), `${field}.kernel`, 'three of 1 or 3', stage.kernel);
    check(isTriple(stage.stride, 1), `${field}.stride`, 'three whole numbers of at least 1', stage.stride);
    check(index > 0 || voxelCount(stage.stride) === 1, `${field}.stride`, '[1, 1, 1] for the finest stage', stage.stride);
    check(isWhole(stage.encoderBlocks, 1), `${field}.encoderBlocks`, 'a whole number of at least 1', stage.encoderBlocks);
    check(isWhole(stage.decoderBlocks, index + 1 < spec.stages.length ? 1 : 0), `${field}.decoderBlocks`, 'a whole number of at least 1', stage.decoderBlocks);
  });
}

/** Sizes that the network's strides divide. */
export function checkPatch(spec: NetworkSpec, patch: [number, number, number], field: string): void {
  const stride = totalStride(spec);
  const fits = isTriple(patch, 1) && patch.every((size, axis) => size % stride[axis]! === 0);
  check(fits, field, `[z, y, x], multiples of ${JSON.stringify(stride)}`, patch);
}

export function checkWindows(spec: NetworkSpec, windows: VolumeWindows): void {
  const { image, shape, patch, starts, flips, importance, batch, temperature } = windows;
  check(isTriple(shape, 1), 'shape', 'three whole numbers of at least 1', shape);
  checkPatch(spec, patch, 'patch');
  const values = spec.inputChannels * voxelCount(shape);
  check(image instanceof Float32Array && image.length === values, 'image', `Float32Array of ${values}`, image);
  check(importance instanceof Float32Array && importance.length === voxelCount(patch), 'importance', `Float32Array of ${voxelCount(patch)}`, importance);
  check(starts.length > 0 && flips.length > 0, 'starts and flips', 'at least one of each', [starts.length, flips.length]);
  starts.forEach((start, index) => {
    const touches = isTriple(start, Number.MIN_SAFE_INTEGER) && start.every((n, axis) => n < shape[axis]! && n + patch[axis]! > 0);
    check(touches, `starts[${index}]`, 'a window that overlaps the volume', start);
  });
  check(isWhole(batch, 1), 'batch', 'a whole number of at least 1', batch);
  check(temperature > 0 && Number.isFinite(temperature), 'temperature', 'a number above 0', temperature);
}

export function checkCase(entry: TrainingCase, channels: number, field: string): void {
  check(isTriple(entry.shape, 1), `${field}.shape`, 'three whole numbers of at least 1', entry.shape);
  const voxels = voxelCount(entry.shape);
  check(entry.channels === channels, `${field}.channels`, `${channels}, the network's input channels`, entry.channels);
  const isImage = entry.image instanceof Float32Array && entry.image.length === channels * voxels;
  check(isImage, `${field}.image`, `Float32Array of ${channels * voxels}`, entry.image);
  check(entry.label instanceof Uint8Array && entry.label.length === voxels, `${field}.label`, `Uint8Array of ${voxels}`, entry.label);
  const { confidence, mask } = entry;
  const isMask = mask === undefined || (mask instanceof Uint8Array && mask.length === voxels);
  check(isMask, `${field}.mask`, `Uint8Array of ${voxels}`, mask);
  const isConfidence = confidence === undefined || (confidence instanceof Float32Array && confidence.length === voxels);
  check(isConfidence, `${field}.confidence`, `Float32Array of ${voxels}`, confidence);
}

export function checkAugmentation({ inPlaneAxis, mirror, maskedChannels }: AugmentationSpec, channels: number): void {
  check([0, 1, 2, null].includes(inPlaneAxis), 'augmentation.inPlaneAxis', '0, 1, 2 or null', inPlaneAxis);
  check(mirror.length === 3, 'augmentation.mirror', 'three switches', mirror);
  const isMasked = maskedChannels === undefined || maskedChannels.length === channels;
  check(isMasked, 'augmentation.maskedChannels', `${channels} switches, one for each channel`, maskedChannels);
}

export function checkPatchRequest(request: PatchRequest, cases: number, field: string): void {
  check(isWhole(request.caseIndex, 0) && request.caseIndex < cases, `${field}.caseIndex`, `an index below ${cases}`, request.caseIndex);
  check(isTriple(request.center, Number.MIN_SAFE_INTEGER), `${field}.center`, 'three whole numbers', request.center);
  check(isWhole(request.seed, 0) && request.seed < 2 ** 32, `${field}.seed`, 'a 32-bit unsigned integer', request.seed);
}

export function checkSteps(steps: StepRequest[], cases: number): void {
  steps.forEach((step, index) => {
    const field = `steps[${index}]`;
    check(Number.isFinite(step.learningRate) && step.learningRate >= 0, `${field}.learningRate`, 'a number of at least 0', step.learningRate);
    check(step.patches.length > 0, `${field}.patches`, 'at least one patch', step.patches.length);
    step.patches.forEach((request, patch) => checkPatchRequest(request, cases, `${field}.patches[${patch}]`));
  });
}
