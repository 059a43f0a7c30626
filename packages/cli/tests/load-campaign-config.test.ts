import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { campaignConfigSchema } from '@geoscribe/campaign';
import { loadCampaignConfig } from '../src/config/load-campaign-config.js';

const folder = mkdtempSync(join(tmpdir(), 'geoscribe-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a file gives its configuration with defaults and the folder that its paths start from', async () => {
  const path = join(folder, 'campaign.yaml');
  writeFileSync(path, 'name: liver\ndataset: { dir: data }\ncases: { scribbled: "*" }\nfineTuning: { iterations: 5 }\n');
  const { config, directory } = await loadCampaignConfig(relative(process.cwd(), path));
  expect(directory).toBe(folder);
  const minimal = campaignConfigSchema.parse({ name: 'liver', dataset: { dir: 'data' }, cases: { scribbled: '*' } });
  expect(config).toEqual({ ...minimal, fineTuning: { ...minimal.fineTuning, iterations: 5 } });
});

test('the length of training follows from the budget where the file does not say it', async () => {
  const path = join(folder, 'budget.yaml');
  writeFileSync(path, 'name: liver\ndataset: { dir: data }\ncases: { scribbled: "*" }\nbudget: gpu-8gb\nfineTuning: { epochs: 7 }\n');
  const { config } = await loadCampaignConfig(path);
  expect(config.preliminary).toEqual({ epochs: 1000, stepsPerEpoch: 250 });
  expect(config.fineTuning).toEqual({ iterations: 20, epochs: 7, stepsPerEpoch: 250, emaDecay: 0.999, pseudoShare: 0.8 });
});

test('words of YAML 1.1 are text: `no` is not false', async () => {
  const path = join(folder, 'text.yaml');
  writeFileSync(path, 'name: no\ndataset: { dir: off }\ncases: { scribbled: yes }\n');
  const { config } = await loadCampaignConfig(path);
  expect([config.name, config.dataset.dir, config.cases.scribbled]).toEqual(['no', 'off', 'yes']);
});

test('a file that does not exist is named as it was given', async () => {
  await expect(loadCampaignConfig('nowhere/campaign.yaml')).rejects.toThrow(
    'Configuration does not exist (nowhere/campaign.yaml). Give the path of a campaign.yaml.',
  );
});

test('a folder is not a configuration', async () => {
  await expect(loadCampaignConfig(folder)).rejects.toThrow('Configuration cannot be read (a folder in place of a file)');
});

test('aliases that multiply beyond reason are refused', async () => {
  const path = join(folder, 'bomb.yaml');
  const levels = Array.from({ length: 8 }, (_, k) => `l${k + 1}: &l${k + 1} [${Array(9).fill(`*l${k}`).join(', ')}]`);
  writeFileSync(path, ['l0: &l0 [x]', ...levels].join('\n'));
  await expect(loadCampaignConfig(path)).rejects.toThrow('Configuration is not YAML: Excessive alias count');
});
