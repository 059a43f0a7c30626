import { basename } from 'node:path';
import { fromNativeSync, torch } from './native.js';

/**
 * A file's bytes without a copy: pages are read when they are touched and can be dropped again by the system.
 *
 * @param path - a regular file that nobody shortens while it is mapped.
 * @returns a buffer that unmaps itself when it is collected. What is written into it stays in this process's memory and
 * never reaches the file.
 * @throws InvalidArgumentError where the file cannot be opened.
 * Cost: none until a page is read.
 */
export function mapFile(path: string): ArrayBuffer {
  return fromNativeSync(() => torch().mapFile(path), { file: basename(path) });
}
