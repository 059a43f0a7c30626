import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeNifti } from '../src/index.js';
import { readLabelMap, readVolume, writeVolume } from '../src/node/index.js';
import { rejectionOf } from './helpers/error-of.js';
import { smallVolume } from './helpers/nifti-bytes.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

test.each(['case.nii', 'case.nii.gz'])('%s: written, read back, nothing else left in the folder', async (name) => {
  const folder = temporaryFolder();
  await writeVolume(join(folder, name), smallVolume());
  expect(await readVolume(join(folder, name))).toEqual([smallVolume()]);
  expect((await readLabelMap(join(folder, name))).data).toEqual(Uint8Array.from(smallVolume().data));
  expect(readdirSync(folder)).toEqual([name]);
});

test('the compressed header carries neither time nor platform: equal volumes give equal bytes', async () => {
  const path = join(temporaryFolder(), 'case.nii.gz');
  await writeVolume(path, smallVolume());
  const bytes = readFileSync(path);
  expect([...bytes.subarray(4, 8), bytes[9]]).toEqual([0, 0, 0, 0, 255]);
});

test('compression is told by content', async () => {
  const path = join(temporaryFolder(), 'case.nii');
  writeFileSync(path, gzipSync(encodeNifti(smallVolume())));
  expect(await readVolume(path)).toEqual([smallVolume()]);
});

test('a failed write leaves the old file and no temporary one', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'case.nii');
  await writeVolume(path, smallVolume());
  await rejectionOf(writeVolume(path, { ...smallVolume(), data: new Uint8Array(1) }));
  expect(await readVolume(path)).toEqual([smallVolume()]);
  expect(readdirSync(folder)).toEqual(['case.nii']);
});

test('another ending is an error', async () => {
  const error = await rejectionOf(writeVolume(join(temporaryFolder(), 'case.nrrd'), smallVolume()));
  expect(error.code).toBe('InvalidArgumentError');
});

test('a missing file is an error that names it', async () => {
  const path = join(temporaryFolder(), 'none.nii.gz');
  expect(await rejectionOf(readVolume(path))).toMatchObject({ code: 'InvalidVolumeError', detail: { file: path, received: 'no such file or folder' } });
});

test('.hdr and .img are refused before they are opened', async () => {
  const error = await rejectionOf(readVolume('case.img'));
  expect(error.message).toContain('Pairs of .hdr and .img');
});

test('a truncated gzip stream is an error with the byte where it ends', async () => {
  const path = join(temporaryFolder(), 'case.nii.gz');
  const whole = gzipSync(encodeNifti(smallVolume()));
  writeFileSync(path, whole.subarray(0, whole.length - 20));
  const error = await rejectionOf(readVolume(path));
  expect(error.code).toBe('InvalidVolumeError');
  expect(error.message).toContain('truncated');
  expect(error.detail).toMatchObject({ file: path, field: 'gzip stream', at: `byte ${whole.length - 20}` });
});

test('a damaged gzip stream is an error', async () => {
  const path = join(temporaryFolder(), 'case.nii.gz');
  const bytes = gzipSync(encodeNifti(smallVolume()));
  bytes[bytes.length - 6]! ^= 0xff; // its checksum
  writeFileSync(path, bytes);
  const error = await rejectionOf(readVolume(path));
  expect(error.code).toBe('InvalidVolumeError');
  expect(error.message).toContain('damaged');
});
