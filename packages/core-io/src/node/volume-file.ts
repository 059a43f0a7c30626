import { GeoscribeError } from '@geoscribe/campaign';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { decodeLabelMap, decodeNifti, encodeNifti, type EncodeNiftiOptions, type Volume } from '../index.js';
import { faultInWords } from './fault-in-words.js';
import { writeAtomically } from './write-atomically.js';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

/**
 * Volumes of a `.nii` or `.nii.gz` file, see `decodeNifti`. Compression is told by content, not by name.
 *
 * Errors: `InvalidVolumeError` for a missing, truncated or damaged file, `.hdr`/`.img` pairs, and as `decodeNifti`.
 */
export async function readVolume(path: string): Promise<Volume[]> {
  return decodeNifti(await readNiftiBytes(path), { file: path });
}

/** Label map of a `.nii` or `.nii.gz` file, see `decodeLabelMap`; errors as `readVolume`, and `InvalidLabelError`. */
export async function readLabelMap(path: string): Promise<Volume<Uint8Array | Uint16Array>> {
  return decodeLabelMap(await readNiftiBytes(path), { file: path });
}

/**
 * Writes a volume as `.nii`, or compressed as `.nii.gz`, by the name's ending; whole or not at all.
 *
 * Equal volumes give equal bytes on every platform (gzip time 0, operating system "unknown").
 *
 * Errors: `InvalidArgumentError` for another ending; as `encodeNifti`.
 */
export async function writeVolume(path: string, volume: Volume, options: EncodeNiftiOptions = {}): Promise<void> {
  if (!/\.nii(\.gz)?$/.test(path)) {
    throw new GeoscribeError('InvalidArgumentError', 'Name of a volume file is wrong', {
      file: path,
      expected: 'an ending .nii or .nii.gz',
      received: path.slice(path.lastIndexOf('.')),
    });
  }
  await writeAtomically(path, path.endsWith('.gz') ? await encodeVolumeFile(volume, options) : encodeNifti(volume, options));
}

/** Bytes of a `.nii.gz` file, as `writeVolume` writes it. */
export async function encodeVolumeFile(volume: Volume, options: EncodeNiftiOptions = {}): Promise<Buffer> {
  return gzipRepeatably(encodeNifti(volume, options));
}

async function gzipRepeatably(bytes: Uint8Array): Promise<Buffer> {
  const compressed = await compress(bytes);
  // Header: 4..7 modification time, 9 operating system (255 = unknown); RFC 1952.
  compressed.fill(0, 4, 8);
  compressed[9] = 255;
  return compressed;
}

async function readNiftiBytes(path: string): Promise<Uint8Array> {
  if (/\.(hdr|img)(\.gz)?$/.test(path)) {
    throw new GeoscribeError('InvalidVolumeError', 'Pairs of .hdr and .img are not supported', {
      file: path,
      expected: 'a .nii or .nii.gz file',
      received: path.slice(path.lastIndexOf('.')),
      nextStep: 'Convert the pair to one .nii or .nii.gz file.',
    });
  }
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new GeoscribeError(
      'InvalidVolumeError',
      'File cannot be read',
      { file: path, expected: 'a readable file', received: faultInWords(error) },
      { cause: error },
    );
  });
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  return decompress(bytes).catch((error: NodeJS.ErrnoException) => {
    const truncated = error.code === 'Z_BUF_ERROR';
    throw new GeoscribeError(
      'InvalidVolumeError',
      truncated ? 'Compressed file is truncated' : 'Compressed file is damaged',
      {
        file: path,
        field: 'gzip stream',
        at: truncated ? `byte ${bytes.length}` : `within the ${bytes.length} bytes`,
        expected: 'a complete gzip stream',
        received: error.message,
        nextStep: 'Copy or download the file again.',
      },
      { cause: error },
    );
  });
}
