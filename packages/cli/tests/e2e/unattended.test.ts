import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { FolderStore, readLabelMap, writeVolume } from '@geoscribe/core-io/node';
import { phantomCampaign, remembered, type PhantomCampaign } from '../support/phantom-campaign.js';
import type { Prediction, PseudoLabel, TrainedNetwork } from '@geoscribe/campaign';

let campaign: PhantomCampaign;

afterEach(async () => {
  await campaign.clean();
});

const common = `name: phantoms
dataset: { dir: data }
precision: float32
threads: 1
baselines: []
preliminary: { epochs: 2, stepsPerEpoch: 3 }
fineTuning: { iterations: 1, epochs: 1, stepsPerEpoch: 2 }
scribbles: { dir: strokes, background: 9 }
`;

/** Strokes along one row of each class of a case's true label, background as 9. */
async function drawStrokes(caseId: string): Promise<void> {
  const truth = await readLabelMap(join(campaign.folder, 'data', 'labelsTr', `${caseId}.nii.gz`));
  const drawn = new Uint8Array(truth.data.length);
  for (const label of [0, 1, 2]) {
    const first = truth.data.indexOf(label);
    for (let voxel = first; truth.data[voxel] === label && voxel < first + 6; voxel++) drawn[voxel] = label === 0 ? 9 : label;
  }
  await mkdir(join(campaign.folder, 'strokes'), { recursive: true });
  await writeVolume(join(campaign.folder, 'strokes', `${caseId}_drawn.nii.gz`), { geometry: truth.geometry, data: drawn });
}

async function runUnattended(): Promise<{ home: string; stdout: string }> {
  const home = campaign.home('home');
  await campaign.up(home);
  const started = await campaign.geoscribe(home, 'campaign', 'start', campaign.yaml);
  expect(started.code, started.stderr).toBe(0);
  const report = await campaign.geoscribe(home, 'report');
  expect(report.code, report.stderr).toBe(0);
  return { home, stdout: report.stdout };
}

describe('a campaign that starts from scribbles', { timeout: 240_000 }, () => {
  it('trains on scribbles alone where nothing is fully labelled, by the reference rule', async () => {
    campaign = await phantomCampaign(`${common}cases: { scribbled: [phantom_001, phantom_002], test: phantom_003 }\n`);
    for (const id of ['phantom_001', 'phantom_002']) await drawStrokes(id);
    const { home, stdout } = await runUnattended();
    expect(stdout).toMatch(/preliminary[\s\S]*iteration-1/);
    const [network] = await remembered<TrainedNetwork>(home, 'trainPreliminary');
    expect(network!.distanceWeight).toEqual([0.01, 0.01, 0.01, 0.01]);
    expect(await remembered<PseudoLabel>(home, 'propagateCase')).toHaveLength(2);
  });

  it("takes another system's predictions for the first ones", async () => {
    campaign = await phantomCampaign(
      `${common}cases: { full: [phantom_000], scribbled: [phantom_001], test: phantom_003 }\npredictions: given\n`,
    );
    await drawStrokes('phantom_001');
    const truth = await readLabelMap(join(campaign.folder, 'data', 'labelsTr', 'phantom_001.nii.gz'));
    await mkdir(join(campaign.folder, 'given'));
    await writeVolume(join(campaign.folder, 'given', 'phantom_001.nii.gz'), truth);
    const { home } = await runUnattended();
    const [prediction] = await remembered<Prediction>(home, 'predictCase');
    const labelMap = await readLabelMap(await new FolderStore(join(home, 'store')).path(prediction!.labelMap));
    const same = Array.from(labelMap.data).filter((value, index) => value === truth.data[index]).length;
    // Blurring by 2 mm moves convex borders and takes the smallest spots.
    expect(same / truth.data.length).toBeGreaterThan(0.95);
  });
});
