import { knownFailure } from './known-failure.js';

/**
 * What people see of an error: `geoscribe: error [Code] message`, and the next step on a line of its own. An error that
 * is not ours is a defect of ours: it comes with its stack.
 */
export function formatError(error: unknown): string {
  const known = knownFailure(error);
  if (known !== null) {
    const next = known.nextStep === undefined ? '' : `\n  next: ${known.nextStep}`;
    return `geoscribe: error [${known.code}] ${known.message}${next}`;
  }
  if (!(error instanceof Error)) return `geoscribe: error [InternalError] ${String(error)}`;
  return `geoscribe: error [${error.name}] ${error.message}\n${stackLines(error)}`.trimEnd();
}

function stackLines({ stack }: Error): string {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
