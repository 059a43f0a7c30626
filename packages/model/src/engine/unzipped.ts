import { gunzip } from 'node:zlib';
import { promisify } from 'node:util';

const decompress = promisify(gunzip);

/** Bytes of a file that may be compressed with gzip, told by its content. */
export async function unzipped(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? decompress(bytes) : bytes;
}
