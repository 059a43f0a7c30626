import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImportedCase, Progress } from '@geoscribe/campaign';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SupervisedChild } from '../../src/child/child-process.js';
import { runInChild } from '../../src/child/run-in-child.js';
import { importedPhantom, testStore, tinySettings, withoutLabel, type TestStore } from '../engine/phantom-cases.js';

/** Long enough not to end between a report and the signal that answers it. */
const settings = tinySettings({ preliminary: { epochs: 10 } });
let place: TestStore;
let full: ImportedCase[];

beforeAll(async () => {
  place = await testStore();
  full = [await importedPhantom(place, 1)];
});
afterAll(() => place.remove());

describe('training in a child', () => {
  test('killed in the middle, a retry goes on from the last epoch and ends as if it had not been', async () => {
    const request = { storeRoot: place.root, input: { campaign: 'a', settings, full, validation: [], scribbled: [] } };
    const child = new SupervisedChild();
    const killed = child.run('trainPreliminary', request, {
      onProgress: ({ step, epoch, done }) => {
        if (step === 'train' && epoch === 2 && done === 1) process.kill(child.pid!, 'SIGKILL');
      },
    });
    await expect(killed).rejects.toMatchObject({ code: 'OutOfMemoryError' });

    const reports: Progress[] = [];
    const retried = await runInChild('trainPreliminary', request, { onProgress: (p) => reports.push(p) });
    const from = reports.find(({ step }) => step === 'resume')!.resumedFromEpoch!;
    expect(from).toBeGreaterThanOrEqual(1);
    const trained = new Set(reports.filter(({ step }) => step === 'train').map(({ epoch }) => epoch));
    expect([...trained]).toEqual(Array.from({ length: 10 - from }, (_, i) => from + 1 + i));

    const other = await testStore();
    const copies = [await importedPhantom(other, 1)];
    const whole = await runInChild('trainPreliminary', {
      storeRoot: other.root,
      input: { campaign: 'b', settings, full: copies, validation: [], scribbled: [] },
    });
    expect(retried.checkpoint.sha256).toBe(whole.checkpoint.sha256);
    await other.remove();
  });

  test('cancelled, it leaves a checkpoint that the next attempt starts from', async () => {
    const control = new AbortController();
    const reason = new Error('cancelled by a person');
    const longer = tinySettings({ preliminary: { epochs: 50 } });
    const request = { storeRoot: place.root, input: { campaign: 'a', settings: longer, full, validation: [], scribbled: [] } };
    const before = await readdir(join(place.root, 'refs', 'training'));
    const running = runInChild('trainPreliminary', request, {
      signal: control.signal,
      onProgress: ({ epoch }) => {
        if (epoch === 3) control.abort(reason);
      },
    });
    await expect(running).rejects.toBe(reason);
    const [added] = (await readdir(join(place.root, 'refs', 'training'))).filter((file) => !before.includes(file));
    const pointer = await place.pointers.read('training', added!.replace('.json', ''));
    expect(await place.store.has(pointer!.latest)).toBe(true);
  });

  test('an input error in the child keeps its type and names the case', async () => {
    const request = { storeRoot: place.root, input: { campaign: 'a', settings, full: [withoutLabel(full[0]!)], validation: [], scribbled: [] } };
    const error: unknown = await runInChild('trainPreliminary', request).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'InvalidDatasetError', isInputError: true, detail: { field: 'label' } });
  });
});
