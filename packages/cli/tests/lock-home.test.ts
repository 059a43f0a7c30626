import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CampaignHome } from '../src/home/campaign-home.js';
import { lockHome } from '../src/home/lock-home.js';
import { identifyProcess, isProcessAlive, tryLock } from '@geoscribe/core-io/node';

let home: CampaignHome;
beforeEach(() => {
  home = new CampaignHome(mkdtempSync(join(tmpdir(), 'geoscribe-lock-')));
});
afterEach(() => rmSync(home.root, { recursive: true }));

test('a second lock of one home is refused and names the process that has it', async () => {
  const release = await lockHome(home);
  await expect(lockHome(home)).rejects.toMatchObject({
    code: 'HomeInUseError',
    message:
      `Another \`geoscribe up\` serves this home (${home.lock}): expected one \`geoscribe up\` for each home but received ` +
      `process ${process.pid} on ${hostname()}. Stop it, choose another --home, or delete the lock file if that process is gone.`,
  });
  await release();
  await (await lockHome(home))();
  expect(readdirSync(home.root)).toEqual([]);
});

test('of many that try at once exactly one gets the lock', async () => {
  const attempts = await Promise.all(Array.from({ length: 20 }, () => tryLock(home.lock)));
  expect(attempts.filter(({ acquired }) => acquired)).toHaveLength(1);
});

test('the lock of a process that ended is taken over', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(home.lock, JSON.stringify({ host: hostname(), pid, started: 'long ago' }));
  const attempt = await tryLock(home.lock);
  expect(attempt.acquired).toBe(true);
  expect(JSON.parse(readFileSync(home.lock, 'utf8'))).toEqual(identifyProcess(process.pid));
});

test('a process id that was given out again does not hold the lock', async () => {
  writeFileSync(home.lock, JSON.stringify({ ...identifyProcess(process.pid), started: 'before the last boot' }));
  expect((await tryLock(home.lock)).acquired).toBe(true);
});

test('the lock of another machine and an unreadable lock are respected', async () => {
  writeFileSync(home.lock, JSON.stringify({ host: 'elsewhere', pid: 1, started: null }));
  await expect(lockHome(home)).rejects.toThrow('process 1 on elsewhere');
  writeFileSync(home.lock, '');
  await expect(lockHome(home)).rejects.toThrow('a lock of an unknown process');
  expect(existsSync(home.lock)).toBe(true);
});

test('this process is alive, an ended one is not', () => {
  expect(isProcessAlive(identifyProcess(process.pid))).toBe(true);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  expect(isProcessAlive(identifyProcess(pid))).toBe(false);
});
