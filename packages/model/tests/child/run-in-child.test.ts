import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GeoscribeError, type Progress } from '@geoscribe/campaign';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChildPool } from '../../src/child/child-pool.js';
import { runInChild } from '../../src/child/run-in-child.js';
import type { RunOptions } from '../../src/child/child-process.js';

const main = new URL('./fixtures/fake-main.mjs', import.meta.url);

interface FakeInput {
  behaviour: string;
  [key: string]: unknown;
}

const request = (input: FakeInput) => ({ storeRoot: '', input: input as never });
const run = (input: FakeInput, options: RunOptions = {}): Promise<unknown> =>
  runInChild('exportModel', request(input), { ...options, main });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Process that a fake job named beside its mark, once it has. */
function pidIn(mark: string): number {
  return existsSync(`${mark}.pid`) ? Number(readFileSync(`${mark}.pid`, 'utf8')) : 0;
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-child-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('runInChild', () => {
  test('brings the result back and ends the child', async () => {
    const { pid, value } = (await run({ behaviour: 'answer', value: [1, 'a', null] })) as { pid: number; value: unknown };
    expect(value).toEqual([1, 'a', null]);
    expect(isAlive(pid)).toBe(false);
  });

  test('hands on every progress report in order', async () => {
    const seen: Progress[] = [];
    await run({ behaviour: 'report', count: 3 }, { onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ done }) => done)).toEqual([1, 2, 3]);
  });

  test("a GeoscribeError in the child is the same one in the parent", async () => {
    const error = await run({ behaviour: 'fail' }).catch((e: unknown) => e);
    const original = new GeoscribeError('InvalidLabelError', 'Label is wrong', { file: 'a.nii', field: 'label', expected: '0', received: '7' });
    expect(error).toBeInstanceOf(GeoscribeError);
    expect(error).toMatchObject({ code: original.code, detail: original.detail, message: original.message, isInputError: true });
  });

  test('any other error keeps name and message', async () => {
    await expect(run({ behaviour: 'failOtherwise' })).rejects.toMatchObject({ name: 'TypeError', message: 'not a function' });
  });

  test.each([
    ['exit', { code: 3 }, 'ChildCrashedError', /exit code 3/],
    ['abort', {}, 'ChildCrashedError', /SIGABRT/],
    ['killed', {}, 'OutOfMemoryError', /killed, most likely out of memory/],
    ['exit', { code: 137 }, 'OutOfMemoryError', /exit code 137/],
  ])('a child that ends by %s %o is a %s', async (behaviour, extra, code, message) => {
    const error = (await run({ behaviour, ...extra }).catch((e: unknown) => e)) as GeoscribeError;
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.isInputError).toBe(false);
  });

  test('a crash is reported with the last lines of stderr', async () => {
    await expect(run({ behaviour: 'exit', code: 1 })).rejects.toThrow(/its last words: .*something went wrong/);
  });

  test('cancelling lets the job stop by itself and rejects with the reason', async () => {
    const control = new AbortController();
    const reason = new Error('user changed their mind');
    const mark = join(folder, 'mark');
    const running = run(
      { behaviour: 'untilCancelled', mark },
      { signal: control.signal, onProgress: () => control.abort(reason) },
    );
    await expect(running).rejects.toBe(reason);
    expect(readFileSync(mark, 'utf8')).toBe('stopped');
  });

  test('a child that ignores the cancellation is killed after the grace period', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    const mark = join(folder, 'mark');
    const running = run({ behaviour: 'deaf', mark }, { signal: control.signal, graceMs: 50 });
    const settled = expect(running).rejects.toBe(reason);
    const pid = await vi.waitUntil(() => pidIn(mark), { timeout: 20_000 });
    control.abort(reason);
    await settled;
    expect(isAlive(pid)).toBe(false);
  });

  test('an aborted signal starts nothing', async () => {
    const reason = new Error('too late');
    await expect(run({ behaviour: 'answer' }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('a silent child is ended', async () => {
    await expect(run({ behaviour: 'silent' }, { progressTimeoutMs: 300 })).rejects.toMatchObject({ code: 'NoProgressError' });
  });

  test.each(['deaf', 'untilCancelled'])('a child whose parent is killed ends by itself, though it is %s', async (behaviour) => {
    const mark = join(folder, 'mark');
    const parent = spawn(process.execPath, [fileURLToPath(new URL('./fixtures/fake-parent.mjs', import.meta.url)), mark, behaviour], {
      stdio: 'inherit',
    });
    const child = await vi.waitUntil(() => pidIn(mark), { timeout: 20_000 });
    parent.kill('SIGKILL');
    await vi.waitUntil(() => !isAlive(child), { timeout: 5_000 });
  });
});

describe('ChildPool', () => {
  const pidOf = async (pool: ChildPool, key: string, options: RunOptions = {}): Promise<number> =>
    ((await pool.run(key, 'exportModel', request({ behaviour: 'answer' }), options)) as unknown as { pid: number }).pid;

  test('reuses the idle child of a key and of no other', async () => {
    const pool = new ChildPool({ idleMs: 60_000, main });
    const [a, b, c] = [await pidOf(pool, 'a'), await pidOf(pool, 'b'), await pidOf(pool, 'a')];
    expect(c).toBe(a);
    expect(b).not.toBe(a);
    await pool.close();
    expect([a, b].map(isAlive)).toEqual([false, false]);
  });

  test('jobs at the same time have children of their own, one of which stays', async () => {
    const pool = new ChildPool({ idleMs: 60_000, main });
    const pids = await Promise.all([pidOf(pool, 'a'), pidOf(pool, 'a')]);
    expect(new Set(pids).size).toBe(2);
    expect(pids).toContain(await pidOf(pool, 'a'));
    await pool.close();
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test('an idle child ends after its time', async () => {
    const pool = new ChildPool({ idleMs: 10, main });
    const pid = await pidOf(pool, 'a');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
    await pool.close();
  });

  test('a child that died while idle is replaced', async () => {
    const pool = new ChildPool({ idleMs: 60_000, main });
    const pid = await pidOf(pool, 'a');
    process.kill(pid, 'SIGKILL');
    await vi.waitUntil(() => !isAlive(pid), { timeout: 10_000 });
    expect(await pidOf(pool, 'a')).not.toBe(pid);
    await pool.close();
  });

  test('a child whose job failed is not used again', async () => {
    const pool = new ChildPool({ idleMs: 60_000, main });
    const pid = await pidOf(pool, 'a');
    await expect(pool.run('a', 'exportModel', request({ behaviour: 'fail' }))).rejects.toBeInstanceOf(GeoscribeError);
    expect(isAlive(pid)).toBe(false);
    await pool.close();
  });
});
