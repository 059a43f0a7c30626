import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { extractTar, fetchArchive } from '../src/node/index.js';
import { rejectionOf } from './helpers/error-of.js';
import { temporaryFolder } from './helpers/temporary-folder.js';

interface Entry {
  name: string;
  type?: 'file' | 'symlink' | 'link' | 'directory' | 'character-device';
  linkname?: string;
  text?: string;
}

async function tar(entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const { text = '', ...header } of entries) archive.entry(header, text);
  archive.finalize();
  return buffer(archive as unknown as AsyncIterable<Buffer>);
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/Task.tar`;
}

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');
const entries: Entry[] = [
  { name: 'Task/', type: 'directory' },
  { name: './Task/dataset.json', text: '{}' },
  { name: 'Task/._dataset.json', text: 'mac' },
  { name: 'Task/imagesTr/a.nii.gz', text: 'voxels' },
  { name: '._Task', text: 'mac' },
];

describe('fetchArchive', () => {
  const body = Buffer.alloc(300_000, 'archive');

  test('a right archive arrives whole, with progress', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-length': body.length }).end(body));
    const folder = temporaryFolder();
    const destination = join(folder, 'new', 'Task.tar');
    const progress: { bytes: number; total?: number }[] = [];
    await fetchArchive({ url, md5: md5(body), destination, onProgress: (step) => progress.push(step) });
    expect(body.equals(readFileSync(destination))).toBe(true);
    expect(readdirSync(join(folder, 'new'))).toEqual(['Task.tar']);
    expect(progress.at(-1)).toEqual({ bytes: body.length, total: body.length });
    expect(progress.every((step, k) => k === 0 || step.bytes > progress[k - 1]!.bytes)).toBe(true);
  });

  test('a right archive is not fetched twice, a wrong one is replaced', async () => {
    let requests = 0;
    const url = await serve((_, response) => {
      requests++;
      response.end(body);
    });
    const destination = join(temporaryFolder(), 'Task.tar');
    writeFileSync(destination, 'old');
    const sha256 = createHash('sha256').update(body).digest('hex');
    await fetchArchive({ url, sha256, destination });
    await fetchArchive({ url, sha256, destination });
    expect(requests).toBe(1);
    expect(body.equals(readFileSync(destination))).toBe(true);
  });

  const failures: [string, RequestListener][] = [
    ['a wrong checksum', (_, response) => response.end('something else')],
    ['status 404', (_, response) => response.writeHead(404).end('not found')],
    ['a connection that breaks', (_, response) => {
      response.writeHead(200, { 'content-length': body.length });
      response.write(body.subarray(0, 1000), () => response.destroy());
    }],
  ];
  test.each(failures)('%s is an error and leaves nothing behind', async (_, listener) => {
    const folder = temporaryFolder();
    const url = await serve(listener);
    const error = await rejectionOf(fetchArchive({ url, md5: md5(body), destination: join(folder, 'Task.tar') }));
    expect(error.code).toBe('DownloadFailedError');
    expect(error.detail.file).toBe(url);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('no server is an error that says so', async () => {
    const error = await rejectionOf(fetchArchive({ url: 'http://127.0.0.1:1/Task.tar', md5: md5(body), destination: join(temporaryFolder(), 'Task.tar') }));
    expect(error.code).toBe('DownloadFailedError');
  });

  test('an abort ends it with the signal\'s reason and leaves nothing behind', async () => {
    const folder = temporaryFolder();
    const controller = new AbortController();
    const url = await serve((_, response) => {
      response.writeHead(200);
      response.write(body); // and never ends
    });
    const reason = new Error('stopped');
    const onProgress = () => controller.abort(reason);
    await expect(fetchArchive({ url, md5: md5(body), destination: join(folder, 'Task.tar'), onProgress, signal: controller.signal })).rejects.toBe(reason);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('extractTar', () => {
  const unpack = async (bytes: Uint8Array, prepare?: (destination: string) => void) => {
    const folder = temporaryFolder();
    const [archive, destination] = [join(folder, 'Task.tar'), join(folder, 'out')];
    writeFileSync(archive, bytes);
    mkdirSync(destination);
    prepare?.(destination);
    return { destination, names: extractTar({ archive, destination }) };
  };

  test.each([['.tar', (bytes: Buffer) => bytes], ['.tar.gz', (bytes: Buffer) => gzipSync(bytes)]])('%s: files, no macOS companions', async (_, wrap) => {
    const { destination, names } = await unpack(wrap(await tar(entries)));
    expect(await names).toEqual(['Task']);
    expect(readFileSync(join(destination, 'Task', 'imagesTr', 'a.nii.gz'), 'utf8')).toBe('voxels');
    expect((readdirSync(destination, { recursive: true }) as string[]).sort()).toEqual(['Task', 'Task/dataset.json', 'Task/imagesTr', 'Task/imagesTr/a.nii.gz']);
  });

  const refused: [string, Entry][] = [
    ['a path upwards', { name: 'Task/../../evil', text: 'x' }],
    ['an absolute path', { name: '/tmp/evil', text: 'x' }],
    ['a backslash', { name: 'Task\\..\\evil', text: 'x' }],
    ['a drive', { name: 'C:/evil', text: 'x' }],
    ['a symbolic link', { name: 'Task/link', type: 'symlink', linkname: '/etc' }],
    ['a hard link', { name: 'Task/link', type: 'link', linkname: 'Task/dataset.json' }],
    ['a device', { name: 'Task/tty', type: 'character-device' }],
  ];
  test.each(refused)('%s is refused and nothing is unpacked', async (_, entry) => {
    const { destination, names } = await unpack(await tar([...entries, entry]));
    const error = await rejectionOf(names);
    expect(error.code).toBe('InvalidDatasetError');
    expect(error.detail.field).toBe(entry.name);
    expect(readdirSync(destination)).toEqual([]);
    expect(existsSync(join(destination, '..', 'evil'))).toBe(false);
  });

  test.each([
    ['truncated', async () => (await tar([{ name: 'Task/a', text: 'x'.repeat(5000) }])).subarray(0, 2000)],
    ['truncated gzip', async () => gzipSync(await tar(entries)).subarray(0, 60)],
    ['no archive', async () => Buffer.alloc(2048, 'x')],
  ])('%s is an error and nothing is unpacked', async (_, make) => {
    const { destination, names } = await unpack(await make());
    expect((await rejectionOf(names)).code).toBe('InvalidDatasetError');
    expect(readdirSync(destination)).toEqual([]);
  });

  test('an entry that exists is not overwritten', async () => {
    const { destination, names } = await unpack(await tar(entries), (out) => writeFileSync(join(out, 'Task'), 'mine'));
    expect((await rejectionOf(names)).message).toContain('already holds');
    expect(readFileSync(join(destination, 'Task'), 'utf8')).toBe('mine');
    expect(readdirSync(destination)).toEqual(['Task']);
  });
});
