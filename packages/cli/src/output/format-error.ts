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
  const fault = fileSystemFault(error);
  if (fault !== null) return `geoscribe: error [${fault.code}] ${fault.words} (${fault.path}).`;
  if (!(error instanceof Error)) return `geoscribe: error [InternalError] ${String(error)}`;
  return `geoscribe: error [${error.name}] ${error.message}\n${stackLines(error)}`.trimEnd();
}

const faults: Record<string, string> = {
  EACCES: 'No permission',
  EPERM: 'No permission',
  EROFS: 'The disk is read-only',
  ENOSPC: 'The disk is full',
  EDQUOT: 'The disk quota is used up',
  ENOENT: 'There is no such file or folder',
  ENOTDIR: 'A file is where a folder is needed',
  EEXIST: 'A file is where a folder is needed',
  EISDIR: 'A folder is where a file is needed',
  EMFILE: 'Too many files are open',
};

function fileSystemFault(error: unknown): { code: string; words: string; path: string } | null {
  if (!(error instanceof Error)) return null;
  const { code, path } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : faults[code];
  return words === undefined || path === undefined ? null : { code: code!, words, path };
}

function stackLines({ stack }: Error): string {
  return (stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
}
