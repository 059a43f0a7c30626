import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { GeodesicSession, geodesicDistance, pseudoLabel, type PseudoLabelOptions } from '../src/index.js';
import { bitsOf } from './support/bits.js';
import { pseudoLabelProblems, randomNumbers } from './support/problems.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Modes a session has. */
const sessionProblems = pseudoLabelProblems
  .filter(({ mode, review }) => (mode === 'posterior' || mode === 'reference') && review === 'scribbles');

async function expectFresh(session: GeodesicSession, options: PseudoLabelOptions, seeds: Uint8Array): Promise<void> {
  const fresh = await pseudoLabel({ ...options, seeds });
  expect(session.seeds).toEqual(seeds);
  expect(session.pseudoLabel).toEqual(fresh.pseudoLabel);
  expect(session.focus).toEqual(fresh.focus);
  expect(bitsOf(session.confidence)).toEqual(bitsOf(fresh.confidence));
}

/** A case of several tiles, its network right nearly everywhere. */
function manyTiles(): PseudoLabelOptions & { seeds: Uint8Array } {
  const random = randomNumbers(3);
  const n = 70 * 40 * 20;
  const probability = new Float32Array(3 * n);
  const originLabel = new Uint8Array(n);
  for (let v = 0; v < n; v += 1) {
    const x = v % 70;
    const label = x < 25 ? 0 : x < 50 ? 1 : 2;
    originLabel[v] = label;
    for (let c = 0; c < 3; c += 1) probability[c * n + v] = c === label ? 0.8 : 0.1;
  }
  const image = Float32Array.from({ length: n }, (_, v) => 0.2 * random() + (v % 70 < 25 ? 0 : 0.5));
  const seeds = new Uint8Array(n).fill(255);
  return { dims: [70, 40, 20], spacing: [1, 1, 1], image, probability, classes: 3, seeds, originLabel, distanceWeight: 0.1, cutoff: 2 };
}

describe('an edit gives what a fresh pseudo label with the same seeds gives', () => {
  test('whatever is drawn, drawn over and erased', async () => {
    await fc.assert(
      fc.asyncProperty(sessionProblems, fc.integer(), fc.integer({ min: 1, max: 5 }), async (problem, seed, edits) => {
        const random = randomNumbers(seed);
        const session = await GeodesicSession.open(problem);
        const seeds = problem.seeds!.slice();
        await expectFresh(session, problem, seeds);
        for (let edit = 0; edit < edits; edit += 1) {
          const class_ = Math.floor(random() * (problem.classes + 1));
          const voxels = Array.from({ length: 1 + Math.floor(8 * random()) }, () => Math.floor(random() * seeds.length));
          voxels.push(voxels[0]!);
          for (const voxel of voxels) seeds[voxel] = class_ === problem.classes ? 255 : class_;
          const { statistics } = await session.draw({ seed: class_ === problem.classes ? 'erase' : class_, voxels });
          await expectFresh(session, problem, seeds);
          const { seconds, ...counts } = statistics;
          expect((await pseudoLabel({ ...problem, seeds })).statistics).toMatchObject(counts);
          expect(seconds).toBeGreaterThanOrEqual(0);
        }
        await session.close();
      }),
      { numRuns: 60 },
    );
  });

  test('over many tiles, and nothing outside the box it names has changed', async () => {
    const options = manyTiles();
    const session = await GeodesicSession.open(options);
    const seeds = options.seeds.slice();
    const strokes = [
      { seed: 1, from: 30 + 70 * (20 + 40 * 10) },
      { seed: 2, from: 12 + 70 * (8 + 40 * 3) },
      { seed: 'erase' as const, from: 30 + 70 * (20 + 40 * 10) },
      { seed: 0, from: 60 + 70 * (38 + 40 * 19) },
      { seed: 1, from: 12 + 70 * (8 + 40 * 3) },
    ];
    for (const { seed, from } of strokes) {
      const voxels = Array.from({ length: 9 }, (_, i) => from + i);
      for (const voxel of voxels) seeds[voxel] = seed === 'erase' ? 255 : seed;
      const before = { label: session.pseudoLabel.slice(), confidence: session.confidence.slice() };
      const { changed } = await session.draw({ seed, voxels });
      await expectFresh(session, options, seeds);
      const outside = (v: number) => [v % 70, Math.floor(v / 70) % 40, Math.floor(v / 2800)].some((at, axis) => at < changed!.begin[axis]! || at >= changed!.end[axis]!);
      session.pseudoLabel.forEach((label, v) => {
        if (label === before.label[v] && session.confidence[v] === before.confidence[v]) return;
        expect(outside(v)).toBe(false);
      });
    }
    await session.close();
  });

  test('distances are those of geodesicDistance', async () => {
    const options = manyTiles();
    const session = await GeodesicSession.open(options);
    const voxels = [100, 5000, 20000];
    await session.draw({ seed: 2, voxels });
    const n = options.originLabel.length;
    const { distances } = await geodesicDistance({
      dims: options.dims, spacing: options.spacing, image: options.image, seeds: session.seeds, cutoff: 2,
      classes: [{ seedClass: 2, distanceWeight: 0.1, probability: options.probability.subarray(2 * n, 3 * n) }],
    });
    expect(bitsOf(await session.distance(2))).toEqual(bitsOf(distances[0]!));
    await session.close();
  });
});

describe('the life of a session', () => {
  test('edits asked for at once are done in order', async () => {
    const options = manyTiles();
    const session = await GeodesicSession.open(options);
    const voxels = [40000, 40001, 40002];
    const updates = await Promise.all([1, 2, 'erase' as const, 2].map((seed) => session.draw({ seed, voxels })));
    expect(updates).toHaveLength(4);
    const seeds = options.seeds.slice();
    for (const voxel of voxels) seeds[voxel] = 2;
    await expectFresh(session, options, seeds);
    await session.close();
  });

  test('an edit that was aborted is not lost: the next one includes it', async () => {
    const options = manyTiles();
    const session = await GeodesicSession.open(options);
    const reason = new Error('changed my mind');
    await expect(session.draw({ seed: 1, voxels: [500], signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const running = session.draw({ seed: 1, voxels: [1000, 1001], signal: controller.signal });
    controller.abort(reason);
    const outcome = await running.then(() => 'done', (error: unknown) => error);
    expect(['done', reason]).toContain(outcome);
    await session.draw({ seed: 2, voxels: [30000] });
    await expectFresh(session, options, session.seeds.slice());
    expect(session.seeds[30000]).toBe(2);
    await session.close();
  });

  test('an edit that was aborted before its turn changes nothing', async () => {
    const options = manyTiles();
    const session = await GeodesicSession.open(options);
    const controller = new AbortController();
    const first = session.draw({ seed: 1, voxels: [500] });
    const second = session.draw({ seed: 2, voxels: [600], signal: controller.signal });
    controller.abort(new Error('changed my mind'));
    await expect(second).rejects.toThrow('changed my mind');
    await first;
    const seeds = options.seeds.slice();
    seeds[500] = 1;
    await expectFresh(session, options, seeds);
    await session.close();
  });

  test.each(['probability', 'image', 'confidence', 'seeds'] as const)(
    '%s transferred between edits is refused from then on, not touched',
    async (name) => {
      const options = manyTiles();
      const session = await GeodesicSession.open(options);
      const array = (name === 'probability' || name === 'image' ? options[name] : session[name]) as Float32Array;
      const moved = structuredClone(array, { transfer: [array.buffer as ArrayBuffer] });
      const before = bitsOf(new Float32Array(moved.buffer, 0, Math.floor(moved.byteLength / 4)));
      const field = name === 'image' ? 'image[0]' : name;
      const refusal = { code: 'InvalidArgumentError', detail: { field, received: 'a transferred or resized one of 0 elements' } };
      await expect(session.draw({ seed: 1, voxels: [500] })).rejects.toMatchObject(refusal);
      await expect(session.distance(1)).rejects.toMatchObject(refusal);
      expect(bitsOf(new Float32Array(moved.buffer, 0, Math.floor(moved.byteLength / 4)))).toEqual(before);
      await session.close();
    },
  );

  test('opening without strokes, drawing from typed arrays', async () => {
    const { seeds, ...options } = manyTiles();
    const session = await GeodesicSession.open(options);
    await expectFresh(session, options, seeds);
    await session.draw({ seed: 1, voxels: Uint32Array.of(31000, 31001, 31000) });
    await session.draw({ seed: 'erase', voxels: Int16Array.of(31001) });
    seeds[31000] = 1;
    await expectFresh(session, options, seeds);
    await session.close();
  });

  test('opening is heard of, can be aborted, and checks its arrays', async () => {
    const options = manyTiles();
    const shares: number[] = [];
    const session = await GeodesicSession.open({ ...options, onProgress: (share) => shares.push(share) });
    await session.close();
    expect(shares.at(-1)).toBe(1);
    const reason = new Error('enough');
    await expect(GeodesicSession.open({ ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const wrong = options.seeds.map((seed, voxel) => (voxel === 9 ? 7 : seed));
    await expect(GeodesicSession.open({ ...options, seeds: wrong })).rejects.toMatchObject({
      code: 'InvalidScribbleError', detail: { field: 'seeds', at: 'element 9', received: '7' },
    });
    const short = new Uint8Array(5);
    await expect(GeodesicSession.open({ ...options, seeds: short })).rejects.toMatchObject({ detail: { field: 'seeds' } });
    const outputs = { focus: options.originLabel as Uint8Array };
    await expect(GeodesicSession.open({ ...options, outputs })).rejects.toMatchObject({ detail: { field: 'outputs.focus', received: 'memory shared with originLabel' } });
  });

  test('one that nobody closes is collected, also after an edit', async () => {
    const collected: string[] = [];
    const registry = new FinalizationRegistry((name: string) => collected.push(name));
    const use = async () => {
      const session = await GeodesicSession.open(manyTiles());
      registry.register(session, 'session');
      registry.register(session.confidence, 'arrays');
      await session.draw({ seed: 1, voxels: [7] });
    };
    await use();
    await vi.waitFor(() => {
      collectGarbage();
      expect(collected.sort()).toEqual(['arrays', 'session']);
    }, 20_000);
  });

  test('the first strokes are copied: the caller\'s map stays as it was', async () => {
    const options = manyTiles();
    const session = await GeodesicSession.open(options);
    await session.draw({ seed: 1, voxels: [7] });
    expect(options.seeds[7]).toBe(255);
    await session.close();
  });

  test('a closed session refuses, and closing waits for what runs', async () => {
    const session = await GeodesicSession.open(manyTiles());
    const running = session.draw({ seed: 1, voxels: [7] });
    await session.close();
    await expect(running).resolves.toBeDefined();
    await session.close();
    await expect(session.draw({ seed: 1, voxels: [8] })).rejects.toMatchObject({ code: 'InvalidArgumentError', detail: { field: 'session' } });
  });

  test.each<[string, object, object]>([
    ['a class that does not exist', { seed: 3, voxels: [1] }, { field: 'seed' }],
    ['a voxel outside the volume', { seed: 1, voxels: [1, 70 * 40 * 20] }, { field: 'voxels', at: 'element 1', expected: 'an integer from 0 to 55999' }],
    ['a voxel before it', { seed: 1, voxels: [0, 1, -1] }, { field: 'voxels', at: 'element 2' }],
    ['a voxel that is no integer', { seed: 1, voxels: [0.5] }, { field: 'voxels', at: 'element 0', received: '0.500000' }],
    ['a voxel that is no number', { seed: 1, voxels: Float32Array.of(1, NaN) }, { field: 'voxels', at: 'element 1', received: 'nan' }],
    ['a list of something else', { seed: 1, voxels: BigInt64Array.of(1n) }, { field: 'voxels' }],
    ['no list', { seed: 1, voxels: 7 }, { field: 'voxels', received: '7' }],
    ['what is no signal', { seed: 1, voxels: [7], signal: 'stop' }, { field: 'signal' }],
  ])('%s is refused before anything changes', async (_, edit, detail) => {
    const options = manyTiles();
    const session = await GeodesicSession.open(options);
    await expect(session.draw(edit as never)).rejects.toMatchObject({ code: 'InvalidArgumentError', detail });
    await expectFresh(session, options, options.seeds);
    await session.close();
  });

  test('modes that spread nothing have no session', async () => {
    await expect(GeodesicSession.open({ ...manyTiles(), mode: 'partial' })).rejects.toMatchObject({ detail: { field: 'mode' } });
  });
});
