import { invalid } from './checks.js';

/** An array of a job, under the name it has in the options. */
export type NamedArray = readonly [argument: string, array: (ArrayBufferView & ArrayLike<number>) | undefined];

/**
 * Refuses an output that shares bytes with an input or with another output. Two `SharedArrayBuffer` objects share memory
 * only where they are one object, within one thread.
 * @throws GeoscribeError `InvalidArgumentError` naming the output.
 */
export function checkNoOverlap(outputs: readonly NamedArray[], inputs: readonly NamedArray[]): void {
  outputs.forEach(([argument, output], index) => {
    const others = [...inputs, ...outputs.slice(0, index)];
    const overlapped = others.find(([, other]) => output !== undefined && other !== undefined && overlaps(output, other));
    if (overlapped) throw invalid(argument, 'memory that no other array uses', `memory shared with ${overlapped[0]}`);
  });
}

function overlaps(a: ArrayBufferView, b: ArrayBufferView): boolean {
  return a.buffer === b.buffer && a.byteOffset < b.byteOffset + b.byteLength && b.byteOffset < a.byteOffset + a.byteLength;
}
