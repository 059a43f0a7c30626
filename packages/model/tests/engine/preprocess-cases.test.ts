import type { ArtifactKind, ImportedCase, Progress } from '@geoscribe/campaign';
import { encodeNifti } from '@geoscribe/core-io';
import { makePhantom } from '@geoscribe/core-io/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { engineContext } from '../../src/engine/engine-context.js';
import { fullCases } from '../../src/engine/training-cases.js';
import { batchRequests } from '../../src/training/patch-sampler.js';
import { preprocessedCase, preprocessedCases } from '../../src/engine/preprocess-cache.js';
import { prepareInThreads } from '../../src/engine/prepare-in-threads.js';
import type { Plan } from '../../src/plan/plan.js';
import { planFor } from '../helpers/plans.js';
import { importedPhantom, testStore, type TestStore } from './phantom-cases.js';

const plan: Plan = planFor({ spacing: [2.4, 1.7, 2.1], shape: [16, 20, 18], labels: ['background', 'one', 'two', 'three'] });
let place: TestStore;
let cases: ImportedCase[];

beforeAll(async () => {
  place = await testStore();
  cases = [];
  for (const seed of [1, 2, 3, 4]) cases.push(await importedPhantom(place, seed));
});
afterAll(() => place.remove());

/** Preprocesses in a place of its own, beside the originals, and counts what it computes. */
async function run(among: ImportedCase[], options: { pointers?: TestStore['pointers']; signal?: AbortSignal; onProgress?: (p: Progress) => void } = {}) {
  let stored = 0;
  const store = Object.assign(Object.create(place.store) as TestStore['store'], {
    put: (bytes: Uint8Array, kind: ArtifactKind) => {
      if (kind === 'preprocessed-image') stored++;
      return place.store.put(bytes, kind);
    },
    has: place.store.has.bind(place.store),
    path: place.store.path.bind(place.store),
  });
  const { pointers = place.pointers, signal = new AbortController().signal, onProgress = () => undefined } = options;
  const result = await preprocessedCases(among, { plan, labelUse: 'training' }, { store, pointers, signal, progress: onProgress }).catch(
    (error: Error) => error,
  );
  return { result, stored };
}

describe('preprocessedCases', () => {
  test('in threads gives what this thread gives, in the order of the cases, and reports each', async () => {
    const other = await testStore();
    const reports: Progress[] = [];
    const { result } = await run(cases, { onProgress: (p) => reports.push(p) });
    const here = [];
    for (const imported of cases) here.push(await preprocessedCase({ imported, plan, labelUse: 'training' }, { store: place.store, pointers: other.pointers }));
    await other.remove();
    expect(result).toEqual(here);
    expect(reports).toEqual([1, 2, 3, 4].map((done) => ({ step: 'preprocess', done, total: 4 })));
  });

  test('does only what is new: nothing again, a case whose label has changed', async () => {
    expect((await run(cases)).stored).toBe(0);
    const { label } = makePhantom({ seed: 2, dims: [18, 20, 16], spacing: [2, 2, 2] });
    label.data[0] = 1;
    const changed = { ...cases[1]!, label: await place.store.put(encodeNifti(label), 'label-map') };
    const before = (await run(cases)).result as { label: { sha256: string } }[];
    const { result, stored } = await run([cases[0]!, changed, cases[2]!]);
    const after = result as typeof before;
    expect(stored).toBe(1);
    expect(after[0]).toEqual(before[0]);
    expect(after[1]!.label.sha256).not.toBe(before[1]!.label.sha256);
  });

  test('interrupted, it goes on with the rest', async () => {
    const { pointers, remove } = await testStore();
    const control = new AbortController();
    const first = await run(cases, { pointers, signal: control.signal, onProgress: () => control.abort(new Error('enough')) });
    expect(first.result).toMatchObject({ message: 'enough' });
    const reports: Progress[] = [];
    const second = await run(cases, { pointers, onProgress: (p) => reports.push(p) });
    // What was under way when the first was stopped may have been stored after its end.
    expect(second.stored).toBeLessThan(4);
    expect(second.stored).toBe(4 - reports[0]!.done);
    expect(reports.at(-1)).toEqual({ step: 'preprocess', done: 4, total: 4 });
    await remove();
  });

  test('names the case that cannot be preprocessed', async () => {
    const { label } = makePhantom({ seed: 3, dims: [18, 20, 16], spacing: [2, 2, 2] });
    label.data[5] = 9;
    const wrong = { ...cases[2]!, label: await place.store.put(encodeNifti(label), 'label-map') };
    const { result } = await run([cases[0]!, wrong, cases[3]!]);
    expect(result).toMatchObject({ code: 'InvalidLabelError', detail: { field: 'label', received: '9' } });
    expect((result as Error).message).toMatch(/^Case phantom-3 /);
  });
});

describe('a case without foreground', () => {
  test('is trained on with patches from anywhere in it', async () => {
    const { label } = makePhantom({ seed: 4, dims: [18, 20, 16], spacing: [2, 2, 2] });
    label.data.fill(0);
    const empty = { ...cases[3]!, label: await place.store.put(encodeNifti(label), 'label-map') };
    const prepared = await fullCases([cases[0]!, empty], plan, 0, engineContext(place));
    expect(prepared.map(({ sampling }) => sampling.locations.length > 0)).toEqual([true, false]);
    const requests = Array.from({ length: 20 }, (_, step) => batchRequests({ cases: prepared.map(({ sampling }) => sampling), step, patch: [8, 8, 8], batch: 2, seed: 0 })).flat();
    const centres = requests.filter(({ caseIndex }) => caseIndex === 1).map(({ center }) => center.join());
    expect(new Set(centres).size).toBeGreaterThan(5);
  });
});

describe('prepareInThreads', () => {
  test('gives the same for any number of threads', async () => {
    const items = [3, 1, 2].map((seed) => ({ id: String(seed), bytes: 1e6 }));
    const results = [];
    for (const threads of [1, 2, 3]) {
      results.push(
        await prepareInThreads(items, {
          threads,
          signal: new AbortController().signal,
          onDone: () => undefined,
          work: async ({ id }, compute) => {
            const { image, label } = cases[Number(id) - 1]!;
            const path = async (ref: typeof image) => ({ path: await place.store.path(ref), name: id });
            return compute({ kind: 'fingerprint', marks: 'label', files: { id, images: [await path(image)], label: await path(label!) } });
          },
        }),
      );
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
    expect((results[0] as { id: string }[]).map(({ id }) => id)).toEqual(['3', '1', '2']);
  });
});
