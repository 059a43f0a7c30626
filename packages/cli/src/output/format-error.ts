import { fileSystemFault } from '@geoscribe/core-io/node';
import { knownFailure } from './known-failure.js';

/**
 * What people see of an error: `geoscribe: error [Code] message`, and the next step on a line of its own. An error of the
 * file system is the machine's; any other that is not ours is a defect of ours: it comes with its stack.
 */
export function formatError(error: unknown): string {
  const known = knownFailure(error);
  if (known !== null) {
    const next = known.nextStep === undefined ? '' : `\n  next: ${known.nextStep}`;
    return `geoscribe: error [${known.code}] ${known.message}${next}`;
  }
  const fault = faultOfFile(error);
  if (fault !== null) return fault;
  if (!(error instanceof Error)) return `geoscribe: error [InternalError] ${String(error)}`;
  return `geoscribe: error [${error.name}] ${error.message}\n${stackLines(error)}`.trimEnd();
}

/** Null for an error that names no file. */
function faultOfFile(error: unknown): string | null {
  const words = fileSystemFault(error);
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  return words === null || path === undefined ? null : `geoscribe: error [${code}] ${words[0]!.toUpperCase()}${words.slice(1)} (${path}).`;
}

function stackLines({ stack }: Error): string {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
