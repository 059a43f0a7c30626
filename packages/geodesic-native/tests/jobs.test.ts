import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { pseudoLabel, type Vec3 } from '../src/index.js';
import { bitsOf } from './support/bits.js';
import { distanceOf, type OneClassOptions } from './support/one-class.js';
import { randomNumbers, voxelsOf } from './support/problems.js';

/** Long enough to be caught in the middle: some seconds. */
function longJob(more: Partial<OneClassOptions> = {}): OneClassOptions {
  return { ...job([256, 256, 128]), ...more };
}

function job(dims: Vec3): OneClassOptions {
  const random = randomNumbers(1);
  const image = Float32Array.from({ length: voxelsOf(dims) }, random);
  const seeds = new Uint8Array(image.length).fill(255);
  seeds[0] = 1;
  return { dims, spacing: [1, 1, 1], image, seeds, seedClass: 1, cutoff: Infinity, gate: 'none' };
}

describe('abort', () => {
  test('before: nothing is started, the reason comes back', async () => {
    const reason = new Error('changed my mind');
    await expect(distanceOf({ ...job([8, 8, 8]), signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('during: the promise rejects with the reason while voxels are still open', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const shares: number[] = [];
    const running = distanceOf(
      longJob({
        signal: controller.signal,
        onProgress: (share) => {
          shares.push(share);
          controller.abort(reason);
        },
      }),
    );
    await expect(running).rejects.toBe(reason);
    expect(Math.max(...shares)).toBeLessThan(1);
  });

  test('during a pseudo label, in whatever stage it is', async () => {
    const { dims, spacing, image, seeds } = job([128, 128, 96]);
    const probability = new Float32Array(2 * seeds.length).fill(0.5);
    const reason = new Error('stop');
    const running = pseudoLabel({
      dims, spacing, image: [image as Float32Array], probability, classes: 2, seeds,
      originLabel: new Uint8Array(seeds.length), cutoff: Infinity, signal: abortedSoon(reason),
    });
    await expect(running).rejects.toBe(reason);
  });

  test('after: a finished result stays', async () => {
    const controller = new AbortController();
    const distance = await distanceOf({ ...job([8, 8, 8]), signal: controller.signal });
    controller.abort();
    expect(distance[0]).toBe(0);
  });
});

/** A signal that is aborted in the next turn of the event loop, after the job has been started. */
function abortedSoon(reason: Error): AbortSignal {
  const controller = new AbortController();
  setImmediate(() => controller.abort(reason));
  return controller.signal;
}

describe('jobs and the process', () => {
  test('the event loop turns while a job runs', async () => {
    let turns = 0;
    let running = true;
    const count = () => {
      turns += 1;
      if (running) setImmediate(count);
    };
    count();
    await distanceOf(job([96, 96, 96]));
    running = false;
    // One turn would be the start, a second the end: anything more happened in between.
    expect(turns).toBeGreaterThan(10);
  });

  test('two jobs at once give what each gives alone', async () => {
    const a = job([40, 40, 40]);
    const b = { ...job([30, 41, 37]), neighbours: 26 as const };
    const together = await Promise.all([distanceOf(a), distanceOf(b)]);
    expect(bitsOf(together[0])).toEqual(bitsOf(await distanceOf(a)));
    expect(bitsOf(together[1])).toEqual(bitsOf(await distanceOf(b)));
  });

  test('many more jobs than threads all end', async () => {
    const small = job([20, 20, 20]);
    const results = await Promise.all(Array.from({ length: 24 }, () => distanceOf({ ...small, threads: 3 })));
    for (const result of results) expect(bitsOf(result)).toEqual(bitsOf(results[0]!));
  });

  test.each([['a distance', 'tiles', 5], ['a distance without cutoff', 'tiles', Infinity], ['a distance', 'bucket', Infinity], ['a distance', 'heap', 5]] as const)(
    'progress of %s by %s grows and ends at 1',
    async (_, algorithm, cutoff) => {
      const shares: number[] = [];
      await distanceOf({ ...job([96, 96, 96]), algorithm, cutoff, threads: 3, onProgress: (share) => shares.push(share) });
      expect(shares.length).toBeGreaterThan(3);
      expect(shares).toEqual([...shares].sort((a, b) => a - b));
      expect(shares.at(-1)).toBe(1);
    },
  );

  test('progress of a pseudo label grows and ends at 1', async () => {
    const { dims, spacing, image, seeds } = job([96, 96, 96]);
    const shares: number[] = [];
    await pseudoLabel({
      dims, spacing, image, probability: new Float32Array(2 * seeds.length).fill(0.5), classes: 2, seeds,
      originLabel: new Uint8Array(seeds.length), gate: 'none', cutoff: 50, onProgress: (share) => shares.push(share),
    });
    expect(shares.length).toBeGreaterThan(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  test('a listener that throws fails the promise with its error', async () => {
    const error = new Error('listener');
    const onProgress = () => {
      throw error;
    };
    await expect(distanceOf({ ...job([48, 48, 48]), onProgress })).rejects.toBe(error);
  });

  test.each([
    ['a job', `addon.geodesicDistance({ ...job, classes: [{ seedClass: 1, distanceWeight: 0.01 }], distances: [new Float32Array(n)] })`],
    [
      'opening a session',
      `addon.openSession({
        ...job, mode: 'posterior', classes: 2, probability: new Float32Array(2 * n).fill(0.5), originLabel: new Uint8Array(n),
        firstSeeds: seeds, seeds: new Uint8Array(n), distanceWeight: [0.01, 0.01], tau: 5, beta: [6, 6], focusThreshold: 0.1, edgeCaps: [],
        edgeAxes: [true, true, true], pseudoLabel: new Uint8Array(n), confidence: new Float32Array(n), focus: new Uint8Array(n),
      })`,
    ],
  ])('a worker terminated in the middle of %s takes nothing with it', async (_, call) => {
    const source = `
      const { parentPort } = require('node:worker_threads');
      const addon = require(${JSON.stringify(new URL('../build/release/geodesic_native.node', import.meta.url).pathname)});
      const n = 256 * 256 * 128;
      const seeds = new Uint8Array(n).fill(255);
      seeds[0] = 1;
      const job = {
        dims: [256, 256, 128], spacing: [1, 1, 1], channels: [{ data: new Float32Array(n), scale: 1, offset: 0 }], smooth: true, gate: 'none',
        neighbours: 26, gradientWeight: 1, probabilityWeight: 0.1, cutoff: Infinity, threads: 2, seeds, algorithm: 'tiles',
        onProgress: (share) => parentPort.postMessage(share),
      };
      ${call};`;
    const worker = new Worker(source, { eval: true });
    const share = await new Promise<number>((resolve, reject) => worker.on('message', resolve).on('error', reject));
    expect(share).toBeLessThan(1);
    await worker.terminate();
    expect((await distanceOf(job([8, 8, 8])))[0]).toBe(0);
  });
});
