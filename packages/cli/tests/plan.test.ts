import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writePhantomDataset } from '@geoscribe/core-io/testing';
import { planSchema } from '@geoscribe/model';
import { runCommand } from './support/run-command.js';

const nnunetPlans = fileURLToPath(new URL('../../model/tests/fixtures/nnUNetPlans.json', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'geoscribe-plan-'));
  await writePhantomDataset(join(folder, 'data'), { cases: 2, seed: 0, dims: [24, 24, 20] });
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...parameters: string[]) => runCommand({ directory: folder }, 'plan', ...parameters);

describe('geoscribe plan', () => {
  it('prints settings and reasons on stdout, progress on stderr, and writes the plan', async () => {
    const output = join(folder, 'new', 'folder', 'plan.json');
    const { code, out, err } = await run(join(folder, 'data'), '--explain', '--output', output);
    expect(code).toBe(0);
    expect(err).toContain('fingerprint');
    const plan = planSchema.parse(JSON.parse(await readFile(output, 'utf8')));
    expect(plan.budget).toBe('cpu-small');
    expect(out).toContain(`patch          ${plan.patch.join(' x ')} voxels`);
    expect(out).toMatch(/\nspacing: Every case is resampled to .* the median of 2 cases/);
    expect(out).toMatch(/\nbatch: A batch has 2 patches: cpu-small fixes it\./);
    expect(out).toMatch(/\nmemory: Training on the CPU takes about .* GB/);
  });

  it('prints the plan alone as JSON, with the preset asked for', async () => {
    const { code, out } = await run(join(folder, 'data'), '--preset', 'gpu-8gb', '--json');
    const { plan, explanation } = JSON.parse(out) as { plan: unknown; explanation?: unknown };
    expect([code, explanation]).toEqual([0, undefined]);
    expect(planSchema.parse(plan)).toMatchObject({ budget: 'gpu-8gb', baseFeatures: 32 });
    expect(await run(join(folder, 'data'), '--preset', 'gpu-1gb')).toMatchObject({ code: 2, out: '', err: expect.stringContaining('gpu-8gb') });
  });

  it('warns where labels name sides, and does not mirror between left and right then', async () => {
    const data = join(folder, 'sided');
    await writePhantomDataset(data, { cases: 1, seed: 0, dims: [24, 24, 20] });
    const description = join(data, 'dataset.json');
    const json = JSON.parse(await readFile(description, 'utf8')) as { labels: Record<string, string> };
    json.labels = { ...json.labels, 1: 'kidney_left', 2: 'kidney_right' };
    await writeFile(description, JSON.stringify(json));
    const { code, out, err } = await run(data, '--preset', 'gpu-8gb', '--json');
    const { plan, warning } = JSON.parse(out) as { plan: unknown; warning: string };
    expect(code).toBe(0);
    expect(warning).toMatch(/kidney_left, kidney_right.*not mirrored along x/);
    expect(err).toContain(warning);
    expect(planSchema.parse(plan).mirrorAxes).toEqual([true, true, false]);
  });

  it('refuses a plans file of another data set and one that is no JSON, naming the file', async () => {
    const data = join(folder, 'data');
    const other = join(folder, 'nnUNetPlans.json');
    await copyFile(nnunetPlans, other);
    expect(await run(data, '--import', other)).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/nnUNetPlans\.json, configurations\.3d_fullres\.normalization_schemes.*1 entries/s) });
    await writeFile(other, '{');
    expect(await run(data, '--import', other)).toMatchObject({ code: 3, err: expect.stringContaining('Plans file is malformed') });
    expect(await run(data, '--import', join(folder, 'absent.json'))).toMatchObject({ code: 3, err: expect.stringContaining('no such file or folder') });
  });

  it('takes over a plans file of nnU-Net, by default with its own training constants', async () => {
    const plans = JSON.parse(await readFile(nnunetPlans, 'utf8')) as {
      configurations: { '3d_fullres': { normalization_schemes: string[]; use_mask_for_norm: boolean[] } };
      foreground_intensity_properties_per_channel: Record<string, unknown>;
    };
    const full = plans.configurations['3d_fullres'];
    full.normalization_schemes.length = full.use_mask_for_norm.length = 1;
    plans.foreground_intensity_properties_per_channel = { 0: plans.foreground_intensity_properties_per_channel[0] };
    const file = join(folder, 'one-channel.json');
    await writeFile(file, JSON.stringify(plans));
    const { code, out } = await run(join(folder, 'data'), '--import', file, '--json', '--explain');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ plan: { budget: 'gpu-8gb', training: { momentum: 0.99 } } });
  });
});
