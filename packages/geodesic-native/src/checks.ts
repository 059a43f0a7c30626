import { availableParallelism } from 'node:os';
import { GeoscribeError } from '@geoscribe/campaign';

/** Checks of one argument each: they return the value or throw `InvalidArgumentError` with its name. */

export type Vec3 = readonly [number, number, number];

export type ElementType = 'Float32Array' | 'Int16Array' | 'Uint8Array' | 'Uint16Array';

export function invalid(argument: string, expected: string, received: string): GeoscribeError {
  return new GeoscribeError('InvalidArgumentError', 'Invalid argument', { field: argument, expected, received });
}

/** @returns the number of voxels */
export function checkDims(dims: Vec3): number {
  const voxels = Array.isArray(dims) && dims.length === 3 ? dims[0] * dims[1] * dims[2] : NaN;
  if (!Number.isSafeInteger(voxels) || !dims.every((size) => Number.isInteger(size) && size >= 1)) {
    throw invalid('dims', 'three voxel counts of at least 1', show(dims));
  }
  return voxels;
}

export function checkSpacing(spacing: Vec3): void {
  // A copy has undefined where the list has holes, over which `every` would pass.
  const fine =
    Array.isArray(spacing) && spacing.length === 3 && Array.from(spacing).every((edge) => typeof edge === 'number' && edge > 0 && edge < Infinity);
  if (!fine) throw invalid('spacing', 'three lengths in mm greater than 0', show(spacing));
}

export function checkArray(argument: string, value: unknown, types: ElementType[], length: number): void {
  const expected = `${types.join(' or ')} of ${length} elements`;
  if (!ArrayBuffer.isView(value)) throw invalid(argument, expected, show(value));
  const type = Object.prototype.toString.call(value).slice(8, -1);
  const view = value as Uint8Array;
  if (!(types as string[]).includes(type)) throw invalid(argument, expected, type);
  if (view.length === length) return;
  const detached = view.length === 0 && view.buffer.byteLength === 0;
  throw invalid(argument, expected, detached ? `${type} on a detached or empty buffer` : `${type} of ${view.length}`);
}

/** A finite number, also in float32, that is not negative. */
export function checkWeight(argument: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0) || !Number.isFinite(Math.fround(value))) {
    throw invalid(argument, 'a finite number of at least 0', show(value));
  }
  return value;
}

export function checkPositive(argument: string, value: number, options: { infinite: boolean }): number {
  if (typeof value !== 'number' || !(value > 0) || (value === Infinity && !options.infinite)) {
    throw invalid(argument, `a number greater than 0${options.infinite ? ', or Infinity' : ''}`, show(value));
  }
  return value;
}

export function checkShare(argument: string, value: number): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= 1)) throw invalid(argument, 'a number from 0 to 1', show(value));
  return value;
}

export function checkInteger(argument: string, value: number, least: number, greatest: number): number {
  if (!Number.isInteger(value) || value < least || value > greatest) {
    throw invalid(argument, `an integer from ${least} to ${greatest}`, show(value));
  }
  return value;
}

/** @returns a copy of the list, with undefined where it has holes */
export function checkList<Value>(argument: string, list: readonly Value[], length: number, expected: string): Value[] {
  if (!Array.isArray(list) || list.length !== length) {
    throw invalid(argument, expected, Array.isArray(list) ? `${list.length}` : show(list));
  }
  return Array.from(list as readonly Value[]);
}

export function checkOneOf<Value extends string | number | boolean>(argument: string, value: Value, allowed: readonly Value[]): Value {
  if (!allowed.includes(value)) throw invalid(argument, `one of ${allowed.join(', ')}`, show(value));
  return value;
}

/** A function, or nothing. */
export function checkListener(argument: string, listener: unknown): void {
  if (listener !== undefined && typeof listener !== 'function') throw invalid(argument, 'a function', show(listener));
}

export function checkThreads(threads: number | undefined): number {
  return checkInteger('threads', threads ?? availableParallelism(), 1, 1024);
}

/** An AbortSignal, of whatever realm, or nothing. */
export function checkSignal(signal: unknown): void {
  if (signal === undefined) return;
  const abortable = typeof signal === 'object' && signal !== null && 'aborted' in signal && 'addEventListener' in signal;
  if (!abortable) throw invalid('signal', 'an AbortSignal', show(signal));
}

const mostShown = 8;

/** A value as an error message shows it: a line, however large the value. */
export function show(value: unknown): string {
  if (Array.isArray(value)) {
    const shown = Array.from(value.slice(0, mostShown), (one: unknown) => (Array.isArray(one) ? `${one.length} elements` : show(one)));
    return value.length <= mostShown ? `[${shown.join(', ')}]` : `[${shown.join(', ')}, ...] of ${value.length} elements`;
  }
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100));
  const type = Object.prototype.toString.call(value).slice(8, -1);
  if (ArrayBuffer.isView(value) || typeof value === 'function') return type;
  return typeof value === 'object' && value !== null ? `an object (${type})` : String(value);
}
