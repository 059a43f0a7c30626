import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

it('the C++ tests of the core pass', { timeout: 120_000 }, () => {
  const executable = fileURLToPath(new URL('../build/release/torch_core_tests', import.meta.url));
  const result = spawnSync(executable, { encoding: 'utf8', env: { ...process.env, OMP_NUM_THREADS: '1' } });
  expect(result.stdout).toMatch(/^\d+ passed, 0 failed$/m);
  expect(result.status).toBe(0);
});
