import { afterEach, describe, expect, it } from 'vitest';
import { ThreadPool } from '../../src/threads/thread-pool.js';
import { untilAborted } from '../../src/threads/until-aborted.js';

type Task = number | 'exit' | 'throw' | 'wait' | 'bytes left' | { values: Float32Array };
type Answer = number | Float32Array;

const file = new URL('./fixtures/worker.mjs', import.meta.url);
let pool: ThreadPool<Task, Answer>;
const open = (size: number): ThreadPool<Task, Answer> => (pool = new ThreadPool({ file, size, nameOf: (task) => `task ${String(task)}` }));

afterEach(() => pool.close());

describe('ThreadPool', () => {
  it('gives every task its own answer', async () => {
    open(2);
    const tasks = [1, 2, 3, 4, 5];
    expect(await Promise.all(tasks.map((task) => pool.run(task)))).toEqual([1, 4, 9, 16, 25]);
  });

  it('goes on after an error of a task and after the end of a thread, which names the task', async () => {
    open(1);
    await expect(pool.run('throw')).rejects.toThrow('no such task');
    const ended = pool.run('exit');
    const next = pool.run(6);
    await expect(ended).rejects.toMatchObject({ code: 'ChildCrashedError', detail: { file: 'task exit' } });
    expect(await next).toBe(36);
  });

  it('is left at once when the signal is, whatever its threads do', async () => {
    open(1);
    const control = new AbortController();
    const stopped = untilAborted(control.signal, pool.run('wait'));
    control.abort(new Error('enough'));
    await expect(stopped).rejects.toThrow('enough');
  });

  it('closed in mid-task fails at once what is done, waits or comes later, with the reason that it is given', async () => {
    open(1);
    const reason = new Error('enough');
    expect(await pool.run(3)).toBe(9);
    const undone = [pool.run('wait'), pool.run(4)].map((task) => expect(task).rejects.toBe(reason));
    const closing = pool.close(reason);
    await Promise.all(undone);
    await expect(pool.run(5)).rejects.toBe(reason);
    await closing;
  });

  it('closed without a reason names the tasks that are not done', async () => {
    open(1);
    const undone = (['wait', 4] as const).map((task) =>
      expect(pool.run(task)).rejects.toMatchObject({ code: 'ChildCrashedError', detail: { file: `task ${task}` } }),
    );
    await pool.close();
    await Promise.all(undone);
  });

  it('moves memory to the thread, and that of the answer back', async () => {
    open(1);
    const values = Float32Array.of(1, 2, 3);
    expect(await pool.run({ values }, [values.buffer])).toEqual(Float32Array.of(1, 4, 9));
    expect(values.byteLength).toBe(0);
    expect(await pool.run('bytes left')).toBe(0);
    const kept = Float32Array.of(4);
    expect(await pool.run({ values: kept })).toEqual(Float32Array.of(16));
    expect(kept).toEqual(Float32Array.of(4));
  });

  it('fails a task that cannot be sent, or whose memory is gone already, and goes on with the next one', async () => {
    open(1);
    const values = Float32Array.of(1);
    const tasks = [pool.run({ values }, [values.buffer]), pool.run({ values }, [values.buffer]), pool.run({ values }), pool.run(6)];
    const [first, gone, unsendable, next] = await Promise.allSettled(tasks);
    expect([first, next]).toMatchObject([{ value: Float32Array.of(1) }, { value: 36 }]);
    expect([gone, unsendable]).toMatchObject([{ reason: { name: 'TypeError' } }, { reason: { name: 'DataCloneError' } }]);
  });
});
