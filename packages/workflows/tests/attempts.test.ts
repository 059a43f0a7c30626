import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GeoscribeError } from '@geoscribe/campaign';
import { AttemptLedger } from '../src/activities/attempts.js';
import { toFailure } from '../src/activities/failures.js';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'geoscribe-attempts-'));
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

const crash = new GeoscribeError('OutOfMemoryError', 'Process of fineTune was killed');

/** One attempt: the epochs it reports, then a crash. Each has a ledger of its own, as after a worker's restart. */
async function attempt(epochs: number[], error: unknown = crash): Promise<unknown> {
  const ledger = new AttemptLedger(root, 'fineTune', { seed: 0 });
  for (const epoch of epochs) ledger.observe({ step: 'train', done: 0, total: 1, epoch });
  return ledger.failed(error);
}

describe('AttemptLedger', () => {
  it('ends the attempts at the third crash without a new checkpoint and names the option to change', async () => {
    expect(await attempt([4])).toBe(crash);
    expect(await attempt([4, 4])).toBe(crash);
    const last = (await attempt([4])) as ApplicationFailure;
    expect(last).toBeInstanceOf(ApplicationFailure);
    expect(last).toMatchObject({ type: 'NoProgressError', nonRetryable: true });
    expect(last.message).toMatch(/3 attempts.*Process of fineTune was killed.*`budget`/);
  });

  it('counts anew after a checkpoint and after a success', async () => {
    await attempt([4]);
    await attempt([4]);
    expect(await attempt([4, 5])).toBe(crash);
    expect(await attempt([5])).toBe(crash);
    await new AttemptLedger(root, 'fineTune', { seed: 0 }).succeeded();
    expect(await attempt([5])).toBe(crash);
    expect(await attempt([5])).toBe(crash);
  });

  it('does not count what is no crash, nor the crashes of another input', async () => {
    const cancelled = new Error('cancelled');
    for (let k = 0; k < 4; k++) expect(await attempt([1], cancelled)).toBe(cancelled);
    await attempt([1]);
    await attempt([1]);
    expect(await new AttemptLedger(root, 'fineTune', { seed: 1 }).failed(crash)).toBe(crash);
  });
});

describe('toFailure', () => {
  it('makes an input error a non-retryable failure of the same name and a crash a retryable one', () => {
    expect(toFailure(new GeoscribeError('InvalidLabelError', 'wrong'))).toMatchObject({ type: 'InvalidLabelError', nonRetryable: true });
    expect(toFailure(crash)).toMatchObject({ type: 'OutOfMemoryError', nonRetryable: false });
    const other = new Error('other');
    expect(toFailure(other)).toBe(other);
  });
});
