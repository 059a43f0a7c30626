import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { keptConfig } from '../src/config/kept-config.js';
import { CampaignHome } from '../src/home/campaign-home.js';

const folder = mkdtempSync(join(tmpdir(), 'geoscribe-kept-'));
afterAll(() => rmSync(folder, { recursive: true }));
const home = new CampaignHome(folder);

function keep(name: string, yaml: string): void {
  mkdirSync(home.campaignFolder(name), { recursive: true });
  writeFileSync(home.campaignConfig(name), yaml);
}

test('a kept configuration decides, and one that is not there leaves the defaults', async () => {
  keep('liver', 'name: liver\ndataset: { dir: data }\ncases: { scribbled: a }\nscribbles: { unmarked: 7 }\n');
  expect((await keptConfig(home, 'liver')).scribbles.unmarked).toBe(7);
  const { scribbles, annotator } = await keptConfig(home, 'elsewhere');
  expect(scribbles.unmarked).toBe(0);
  expect(annotator.strokesPerCase).toBeGreaterThan(0);
});

test('a kept configuration that is wrong is an error, not the defaults', async () => {
  keep('broken', 'name: broken\nscribbles: { unmarkt: 7 }\n');
  await expect(keptConfig(home, 'broken')).rejects.toThrow(/unmarkt/);
});
