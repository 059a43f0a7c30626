import { expect, test } from 'vitest';
import { GeoscribeError } from '@geoscribe/campaign';
import { parseCampaignConfig } from '../src/config/load-campaign-config.js';

/** The error's text for a configuration with these lines after the three that every one needs. */
function errorFor(...lines: string[]): string {
  return textOf(['name: liver', 'dataset: { dir: data }', 'cases: { scribbled: "*" }', ...lines].join('\n'));
}

function textOf(yaml: string): string {
  try {
    parseCampaignConfig(yaml, 'campaign.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(GeoscribeError);
    expect((error as GeoscribeError).code).toBe('InvalidConfigError');
    return (error as Error).message;
  }
  throw new Error('the configuration was accepted');
}

test('a misspelt field names its line and the field that was meant', () => {
  expect(errorFor('fineTunning:', '  epochs: 2')).toBe(
    'Unknown field (campaign.yaml, fineTunning, line 4). Did you mean `fineTuning`?',
  );
});

test('a misspelt nested field is compared with its neighbours', () => {
  expect(errorFor('geodesic:', '  cutof: 3')).toBe(
    'Unknown field (campaign.yaml, geodesic.cutof, line 5). Did you mean `geodesic.cutoff`?',
  );
});

test('a field in the wrong place names the right one', () => {
  expect(errorFor('pseudoShare: 0.5')).toBe(
    'Unknown field (campaign.yaml, pseudoShare, line 4). Did you mean `fineTuning.pseudoShare`?',
  );
});

test('a field that resembles nothing is to be removed', () => {
  expect(errorFor('wandb: true')).toBe('Unknown field (campaign.yaml, wandb, line 4). Remove it.');
});

test('a wrong choice lists the choices', () => {
  expect(errorFor('device: gpu')).toBe(
    'Wrong value (campaign.yaml, device, line 4): expected "cpu" or "cuda" but received "gpu".',
  );
});

test('a wrong union shows every alternative', () => {
  expect(errorFor('geodesic:', '  mode: posterior', '  distanceWeight: thick')).toBe(
    'Wrong value (campaign.yaml, geodesic.distanceWeight, line 6): expected "thickness" or a number but received "thick".',
  );
});

test('a wrong entry of a list names its index and its own line', () => {
  expect(errorFor('baselines:', '  - seeds-only', '  - seed-only')).toBe(
    'Wrong value (campaign.yaml, baselines[1], line 6): expected "seeds-only" or "continued" or "self-training" or ' +
      '"partial-loss" or "full" but received "seed-only".',
  );
});

test('a wrong value inside one alternative of a union is named itself', () => {
  expect(errorFor('geodesic:', '  edgeBands:', '    caps: [0, 2]', '    axes: auto')).toBe(
    'Wrong value (campaign.yaml, geodesic.edgeBands.caps[1], line 6): expected a number of at most 1 but received 2.',
  );
});

test('a number out of range, a fraction and a list in place of fields', () => {
  expect(errorFor('threads: 1.5')).toContain('expected a whole number but received 1.5.');
  expect(errorFor('threads: 0')).toContain('expected a number greater than 0 but received 0.');
  expect(errorFor('scribbles: [a]')).toContain('expected fields but received a list.');
  expect(errorFor('seed:')).toContain('expected a number but received nothing.');
});

test('a missing field is reported at its parent', () => {
  expect(textOf('name: liver\ncases:\n  scribbled: "*"\ndataset:\n  layout: msd')).toBe(
    'Missing field (campaign.yaml, dataset.dir, line 4): expected text but received nothing.',
  );
});

test('a name that Temporal could not carry', () => {
  expect(textOf('name: My Liver\ndataset: { dir: data }\ncases: { scribbled: "*" }')).toBe(
    'Wrong value (campaign.yaml, name, line 1): expected lower-case letters, digits and hyphens but received "My Liver".',
  );
});

test('several problems are all listed, by line', () => {
  expect(errorFor('device: gpu', 'geodesic:', '  tau: -1', 'fineTunning: {}')).toBe(
    [
      'Configuration is not valid (campaign.yaml): expected known fields with values in their range but received 3 problems:',
      '  line 4, device: wrong value: expected "cpu" or "cuda" but received "gpu"',
      '  line 6, geodesic.tau: wrong value: expected a number greater than 0 but received -1',
      '  line 7, fineTunning: unknown field (Did you mean `fineTuning`?).',
    ].join('\n'),
  );
});

test('a text that is not YAML names the line', () => {
  expect(textOf('name: liver\ncases: [a, b')).toBe(
    'Configuration is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] ' +
      '(campaign.yaml, line 2).',
  );
  expect(errorFor('device: cpu', 'device: cuda')).toBe(
    'Configuration is not YAML: Map keys must be unique (campaign.yaml, line 5).',
  );
});

test('an empty file', () => {
  expect(textOf('')).toBe('Wrong value (campaign.yaml, line 1): expected fields but received nothing.');
});
