import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { crc32c } from '../../src/curves/crc32c.js';
import { EventFile } from '../../src/curves/event-file.js';
import { readersPython } from '../helpers/readers.js';
import { exampleHistory, exampleRun, minuteClock } from './example-history.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-events-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const python = readersPython('tensorboard');
const script = fileURLToPath(new URL('./read_events.py', import.meta.url));

type Look = Record<string, [step: number, wallTime: number, value: number][]>;

/** What TensorBoard's own reader sees, before and after `between`. */
async function looks(between: () => Promise<void>): Promise<[Look, Look]> {
  const child = spawn(python!, [script, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  expect((await lines.next()).value).toBe('looked');
  await between();
  child.stdin.end('\n');
  const answer = JSON.parse((await lines.next()).value as string) as [Look, Look];
  expect(await ended).toEqual([0, null]);
  return answer;
}

const open = (now = minuteClock()): EventFile => new EventFile({ folder, labels: exampleRun.labels, now });
const steps = (look: Look, tag: string): number[] => look[tag]!.map(([step]) => step);

it('CRC-32C of the vectors of RFC 3720', () => {
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

it.skipIf(python === null)('TensorBoard reads every figure at its epoch and time, and follows the file as it grows', async () => {
  const file = open();
  const history = exampleHistory(6).map((entry) => ({ ...entry, time: new Date(Date.UTC(2026, 0, 1, entry.epoch)).toISOString() }));
  await file.write(history.slice(0, 2));
  const [first, second] = await looks(async () => {
    for (let epochs = 3; epochs <= 6; epochs++) await file.write(history.slice(0, epochs));
  });
  expect(steps(first, 'training/loss')).toEqual([1, 2]);
  expect(Object.keys(second).sort()).toEqual(
    ['speed/secondsPerStep', 'speed/waitingShare', 'training/learningRate', 'training/loss', 'validation/dice', 'validation/dice/anterior', 'validation/dice/posterior', 'validation/diceMean'],
  );
  expect(second['training/loss']).toEqual(history.map(({ epoch, loss, time }) => [epoch, Date.parse(time) / 1000, loss]));
  expect(steps(second, 'validation/dice')).toEqual([3, 6]);
  expect(second['validation/dice/posterior']!.map(([step, , value]) => [step, value])).toEqual([[6, 0.46875]]);
});

it.skipIf(python === null)('after a resumption a TensorBoard that is looking has each epoch once', async () => {
  const before = open();
  await before.write(exampleHistory(4));
  await before.write(exampleHistory(5));
  const [first, second] = await looks(async () => {
    const after = open(minuteClock('2026-02-01T00:00:00.000Z'));
    await after.write(exampleHistory(4).map((entry) => (entry.epoch === 4 ? { ...entry, loss: 0.25 } : entry)));
    await after.write(exampleHistory(6).map((entry) => (entry.epoch === 4 ? { ...entry, loss: 0.25 } : entry)));
  });
  expect(steps(first, 'training/loss')).toEqual([1, 2, 3, 4, 5]);
  expect(steps(second, 'training/loss')).toEqual([1, 2, 3, 4, 5, 6]);
  expect(second['training/loss']![3]![2]).toBe(0.25);
  expect(steps(second, 'validation/dice')).toEqual([3, 6]);
});
