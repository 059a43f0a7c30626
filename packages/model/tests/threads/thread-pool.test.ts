import { afterEach, describe, expect, it } from 'vitest';
import { ThreadPool } from '../../src/threads/thread-pool.js';
import { untilAborted } from '../../src/threads/until-aborted.js';

type Task = number | 'exit' | 'throw' | 'wait';

const file = new URL('./fixtures/worker.mjs', import.meta.url);
let pool: ThreadPool<Task, number>;
const open = (size: number): ThreadPool<Task, number> => (pool = new ThreadPool({ file, size, nameOf: (task) => `task ${task}` }));

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
});
