import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { CampaignHome } from '../src/home/campaign-home.js';
import { resolveHome } from '../src/home/resolve-home.js';

const folder = mkdtempSync(join(tmpdir(), 'geoscribe-home-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the option comes before the variable, and both before the working directory', () => {
  expect(resolveHome({ option: 'a', variable: 'b', directory: folder }).root).toBe(join(folder, 'a'));
  expect(resolveHome({ variable: '/elsewhere', directory: folder }).root).toBe('/elsewhere');
  expect(resolveHome({ option: '', variable: '', directory: folder }).root).toBe(join(folder, '.geoscribe'));
});

test('the layout of a home', () => {
  const home = new CampaignHome(folder);
  const relative = (path: string): string => path.slice(folder.length + 1);
  expect(
    [
      home.store,
      home.submissions,
      home.campaignConfig('liver'),
      home.campaignSettings('liver'),
      home.temporalDatabase,
      home.temporalVersion,
      home.temporalServer,
      home.log('temporal'),
    ].map(relative),
  ).toEqual([
    'store',
    'submissions',
    'campaigns/liver/campaign.yaml',
    'campaigns/liver/settings.json',
    'temporal/temporal.db',
    'temporal/version',
    'temporal/server.json',
    'logs/temporal.log',
  ]);
});

test('asking for paths creates nothing; a folder appears when it is wanted', async () => {
  const home = new CampaignHome(join(folder, 'lazy'));
  expect(home.store).toContain('lazy');
  expect(existsSync(home.root)).toBe(false);
  expect(await home.ensureFolder(home.campaignFolder('liver'))).toBe(join(home.root, 'campaigns', 'liver'));
  expect(existsSync(home.campaignFolder('liver'))).toBe(true);
});

test('a name that would leave its folder is refused', () => {
  const home = new CampaignHome(folder);
  for (const name of ['..', '../x', 'a/b', '', '.hidden', 'a\\b', 'a\0']) {
    expect(() => home.campaignFolder(name), name).toThrow('Not a name for a file (campaign)');
  }
});
