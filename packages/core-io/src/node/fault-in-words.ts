const words: Record<string, string> = {
  EACCES: 'no permission',
  EPERM: 'no permission',
  EROFS: 'a read-only disk',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'no disk quota left',
  ENOENT: 'no such file or folder',
  ENOTDIR: 'a file in place of a folder',
  EEXIST: 'a file in place of a folder',
  EISDIR: 'a folder in place of a file',
  EMFILE: 'too many open files',
};

/** What an error of the file system says, as `received` of a `GeoscribeError`; null for any other error. */
export function fileSystemFault(error: unknown): string | null {
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return (code === undefined ? undefined : words[code]) ?? null;
}

/** What an error says, in words where it is one of the file system. */
export function faultInWords(error: unknown): string {
  return fileSystemFault(error) ?? (error instanceof Error ? error.message : String(error));
}
