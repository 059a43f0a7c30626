import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listDataset } from '@geoscribe/core-io/node';
import { writePhantomDataset } from '@geoscribe/core-io/testing';
import { demoData } from '../src/demo/demo-data.js';
import { demoSplit } from '../src/demo/demo-split.js';

let folder: string;
let lines: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-demo-'));
  lines = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const options = () => ({ cache: join(folder, 'cache'), log: (line: string) => void lines.push(line), beside: join(folder, 'nowhere') });

/** A tar of a small data set, named as the public one. */
async function archive(): Promise<Buffer> {
  await writePhantomDataset(join(folder, 'Task04_Hippocampus'), { cases: 2, seed: 1, dims: [8, 8, 8] });
  const tar = spawnSync('tar', ['-cf', '-', 'Task04_Hippocampus'], { cwd: folder, maxBuffer: 2 ** 26 });
  expect(tar.status, String(tar.stderr)).toBe(0);
  return tar.stdout;
}

async function serve(bytes: Buffer): Promise<{ server: Server; url: string }> {
  const server = createServer((_, response) => response.end(bytes));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/Task04_Hippocampus.tar` };
}

describe('demoData', () => {
  it('takes the given folder, and names one that is not there', async () => {
    expect(await demoData({ ...options(), dir: folder })).toEqual({ dir: folder, dataset: 'own' });
    await expect(demoData({ ...options(), dir: join(folder, 'missing') })).rejects.toThrow(/--data.*missing/);
  });

  it('fetches and unpacks the archive once, checked by its sum', async () => {
    const bytes = await archive();
    const { server, url } = await serve(bytes);
    const md5 = createHash('md5').update(bytes).digest('hex');
    try {
      const first = await demoData({ ...options(), archive: { url, md5 } });
      expect(first.dataset).toBe('hippocampus');
      expect((await listDataset(first.dir, 'auto')).cases).toHaveLength(2);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    const again = await demoData({ ...options(), archive: { url, md5 } });
    expect(again.dataset).toBe('hippocampus');
    expect(lines.filter((line) => line.startsWith('Fetching'))).toHaveLength(1);
  });

  it('builds phantoms where nothing can be fetched, and says so', { timeout: 120_000 }, async () => {
    const { server, url } = await serve(Buffer.from('not the archive'));
    try {
      const { dataset, dir } = await demoData({ ...options(), archive: { url, md5: '0'.repeat(32) } });
      expect(dataset).toBe('phantom');
      expect((await listDataset(dir, 'auto')).cases.length).toBeGreaterThanOrEqual(40);
      expect(lines.join('\n')).toMatch(/cannot be fetched[\s\S]*Building phantoms/);
      expect(existsSync(join(folder, 'cache', 'Task04_Hippocampus'))).toBe(false);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('demoSplit', () => {
  const ids = Array.from({ length: 100 }, (_, index) => `case_${String(index).padStart(3, '0')}`);

  it('draws 5, 25 and 70 of a hundred, the same for a seed in whatever order the ids come', () => {
    const split = demoSplit(ids, 3);
    expect([split.full.length, split.scribbled.length, split.test.length]).toEqual([5, 25, 70]);
    expect(demoSplit([...ids].reverse(), 3)).toEqual(split);
    expect(demoSplit(ids, 4)).not.toEqual(split);
  });

  it('never gives a case two roles, whatever the number of cases', () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 300 }), fc.nat(1000), (count, seed) => {
        const some = Array.from({ length: count }, (_, index) => `c${index}`);
        const { full, scribbled, test } = demoSplit(some, seed);
        const all = [...full, ...scribbled, ...test];
        expect(new Set(all).size).toBe(all.length);
        expect(Math.min(full.length, scribbled.length, test.length)).toBeGreaterThan(0);
        expect(test.length).toBeLessThanOrEqual(70);
      }),
    );
  });
});
