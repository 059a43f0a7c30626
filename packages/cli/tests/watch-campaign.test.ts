import { expect, test } from 'vitest';
import type { CampaignClient, CampaignOverview } from '@geoscribe/workflows/client';
import { watchCampaign } from '../src/campaigns/watch-campaign.js';

/** A client that gives these looks, one after the other. */
function clientOf(...executions: string[]): CampaignClient {
  const looks = executions.map((execution): Partial<CampaignOverview> => ({ execution }));
  return { overview: async () => looks.shift() } as unknown as CampaignClient;
}

test('looks until the campaign has ended, over its continued runs', async () => {
  const seen: string[] = [];
  const last = await watchCampaign(clientOf('CONTINUED_AS_NEW', 'FAILED', 'RUNNING'), 'a', ({ execution }) => {
    seen.push(execution);
    return undefined;
  });
  expect(seen).toEqual(['CONTINUED_AS_NEW', 'FAILED']);
  expect(last.execution).toBe('FAILED');
});

test('ends with the look at which it is told to stop', async () => {
  const looks = ['RUNNING', 'RUNNING', 'RUNNING'];
  let count = 0;
  const last = await watchCampaign(clientOf(...looks), 'a', async () => (++count === 2 ? 'stop' : undefined));
  expect(count).toBe(2);
  expect(last.execution).toBe('RUNNING');
});

test('rejects when it is aborted between two looks', async () => {
  const abort = new AbortController();
  const watching = watchCampaign(
    clientOf('RUNNING', 'RUNNING'),
    'a',
    () => {
      abort.abort();
      return undefined;
    },
    abort.signal,
  );
  await expect(watching).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
});
