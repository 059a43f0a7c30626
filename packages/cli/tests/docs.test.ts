import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { campaignConfigSchema } from '@geoscribe/campaign';
import { knownFields } from '../src/config/known-fields.js';
import { loadCampaignConfig, parseCampaignConfig } from '../src/config/load-campaign-config.js';
import { selectCases } from '../src/config/select-cases.js';

const docs = (name: string): string => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));

test('the example is a valid configuration and shows the defaults', async () => {
  const { config } = await loadCampaignConfig(docs('campaign.example.yaml'));
  const { name, dataset, cases } = config;
  const minimal = { name, dataset: { dir: dataset.dir }, cases: { scribbled: cases.scribbled } };
  expect(config).toEqual(campaignConfigSchema.parse(minimal));
});

test('the example mentions every field, also those without a default', () => {
  const lines = readFileSync(docs('campaign.example.yaml'), 'utf8').split('\n');
  for (const field of knownFields(campaignConfigSchema)) {
    const parts = field.split('.');
    const indent = '  '.repeat(parts.length - 1);
    const entry = new RegExp(`^${indent}(# )?${parts.at(-1)}:`);
    expect(lines.some((line) => entry.test(line)), field).toBe(true);
  }
});

test('the liver experiment is a valid configuration with the roles that its text states', () => {
  const [, yaml] = /```yaml\n(.*?)```/s.exec(readFileSync(docs('liver.md'), 'utf8')) ?? [];
  const config = parseCampaignConfig(yaml ?? '', 'liver.md');
  const ids = Array.from({ length: 131 }, (_, k) => `liver_${k}`);
  const { full, scribbled, validation, test: held } = selectCases(config.cases, ids);
  expect([full.length, scribbled.length, validation.length, held.length]).toEqual([10, 95, 0, 26]);
  expect(held).toEqual(ids.filter((id) => /[49]$/.test(id)));
  expect(full.concat(scribbled, held).sort()).toEqual([...ids].sort());
  expect(config.preliminary.epochs * config.preliminary.stepsPerEpoch + 300 * 250).toBe(325_000);
  expect(config.fineTuning.iterations * config.fineTuning.epochs).toBe(300);
});
