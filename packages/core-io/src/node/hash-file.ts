import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';

/** Hash of a file's content, lower-case hexadecimal, read in pieces. */
export async function hashFile(path: string, algorithm: 'md5' | 'sha256'): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
