import { GeoscribeError } from '@geoscribe/campaign';
import { tryLock } from '@geoscribe/core-io/node';
import type { CampaignHome } from './campaign-home.js';

/**
 * Takes the home for a `geoscribe up`.
 *
 * @returns the function that gives it back.
 * @throws GeoscribeError `HomeInUseError` where another one serves this home.
 */
export async function lockHome(home: CampaignHome): Promise<() => Promise<void>> {
  await home.ensureFolder(home.root);
  const attempt = await tryLock(home.lock);
  if (attempt.acquired) return attempt.release;
  const { holder } = attempt;
  throw new GeoscribeError('HomeInUseError', 'Another `geoscribe up` serves this home', {
    file: home.lock,
    expected: 'one `geoscribe up` for each home',
    received: holder === null ? 'a lock of an unknown process' : `process ${holder.pid} on ${holder.host}`,
    nextStep: 'Stop it, choose another --home, or delete the lock file if that process is gone.',
  });
}
