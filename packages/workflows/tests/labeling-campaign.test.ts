import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GeoscribeError, completeRound, initialState, submissionProblem } from '@geoscribe/campaign';
import { spawnSync } from 'node:child_process';
import { fakeActivities, fakeCampaign, fakeSubmission } from './support/fake-activities.js';
import { activitySummaries, currentDetails, startCampaignEnvironment, waitForStatus, type CampaignEnvironment } from './support/campaign-environment.js';
import { findTemporalCli } from '../src/client/index.js';

let env: CampaignEnvironment;

beforeAll(async () => {
  env = await startCampaignEnvironment();
});

afterAll(async () => {
  await env?.stop();
});

async function withCampaign<T>(
  input: ReturnType<typeof fakeCampaign>,
  fakes: ReturnType<typeof fakeActivities>,
  body: () => Promise<T>,
): Promise<T> {
  const stop = await env.serve(fakes.activities);
  try {
    await env.client.start(input);
    return await body();
  } finally {
    await env.client.cancel(input.name).catch(() => undefined);
    await stop();
  }
}

const proofreading = (status: { waiting: boolean }): boolean => status.waiting;

describe('labelingCampaign', () => {
  it('walks through all stages, waits for a person in iteration 1 only and ends with model and report', async () => {
    const fakes = fakeActivities();
    await withCampaign(fakeCampaign('walk'), fakes, async () => {
      await waitForStatus(env.client, 'walk', proofreading);
      expect(fakes.log.some((line) => line.startsWith('propagateCase'))).toBe(false);
      await env.client.submit('walk', fakeSubmission('case1'));
      await env.client.submit('walk', { submissionId: 'ok', caseId: 'case2', kind: 'no-error', strokes: 0, markedVoxels: 0, markedShare: 0, author: 'a' });
      await env.client.complete('walk');
      const result = await env.client.result('walk');
      expect(result.model.kind).toBe('onnx-model');
      const { status, execution } = await env.client.overview('walk');
      expect(execution).toBe('COMPLETED');
      await expect(env.client.complete('walk')).rejects.toThrow(/Campaign walk has ended.*geoscribe status walk/);
      await expect(env.client.overview('wlak')).rejects.toThrow(/No such campaign is known .*received wlak.*geoscribe campaign list/);
      expect(status).toMatchObject({ stage: 'done', iteration: 2, counts: { scribbles: 1, 'no-error': 1, unseen: 1 } });
      expect(status.rows.map((row) => row.method)).toEqual(['preliminary', 'iteration-1', 'iteration-2', 'seeds-only']);
    });
    const order = fakes.log.map((line) => line.split(' ')[0]).filter((name, index, all) => name !== all[index - 1]);
    const iteration = ['propagateCase', 'fineTune', 'evaluate', 'fineTune'];
    expect(order).toEqual([
      'importCase', 'trainPreliminary', 'evaluate', 'predictCase',
      ...iteration, 'predictCase',
      ...iteration, 'evaluate', 'exportModel', 'writeReport',
    ]);
    expect(fakes.log).toContain('propagateCase case1 posterior scribbles');
    expect(fakes.log).toContain('propagateCase case1 seeds-only scribbles');
    expect(fakes.log).toContain('propagateCase case2 posterior no-error');
    expect(fakes.log).toContain('propagateCase case3 posterior unseen');
  });

  it('shows what the geodesic step gave: case by case while it runs, then in details, status and the summary of what follows', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const fakes = fakeActivities({
      // The method's second step on case3, once the other two are done.
      before: () => (fakes.log.filter((line) => line.startsWith('propagateCase case3 posterior')).length === 2 ? held : undefined),
    });
    await withCampaign(fakeCampaign('shown'), fakes, async () => {
      await waitForStatus(env.client, 'shown', proofreading);
      const { runId } = await env.environment.client.workflow.getHandle('campaign-shown').describe();
      expect(await currentDetails(env, 'shown')).not.toContain('Geodesic');
      await env.client.submit('shown', fakeSubmission('case1'));
      await env.client.complete('shown');

      const first = { iteration: 1, cases: 3, reachedVoxels: [1000, 10], flippedVoxels: 3600, seconds: 0.75 };
      const running = await waitForStatus(env.client, 'shown', ({ propagations }) => propagations[1]?.cases === 2);
      const detailsSoFar = await currentDetails(env, 'shown');
      release();
      expect(running.propagations).toEqual([first, { ...first, iteration: 2, cases: 2, flippedVoxels: 1800, seconds: 0.5 }]);
      expect(detailsSoFar).toContain('| 2 | 2 | 1 000 / 10 | 1 800 | 0.50 |');

      await env.client.result('shown');
      const { status } = await env.client.overview('shown');
      expect(status.propagations).toEqual([first, { ...first, iteration: 2 }]);
      expect(status.cases.find(({ id }) => id === 'case2')?.propagation).toMatchObject({ flippedVoxels: 1200, seconds: 0.25 });
      const details = await currentDetails(env, 'shown');
      expect(details).toContain('| iteration | cases | reached voxels: background / organ | flipped voxels | seconds |');
      expect(details).toContain('| 2 | 3 | 1 000 / 10 | 3 600 | 0.75 |');
      const byCase = details.split('\n').filter((line) => /^\| case\d/.test(line));
      expect(byCase).toEqual([
        '| case3 | unseen | 10.0 % | 0 / 0 | 1 800 | 0.25 |',
        '| case2 | unseen | 10.0 % | 0 / 0 | 1 200 | 0.25 |',
        '| case1 | scribbles | 10.0 % | 1 000 / 10 | 600 | 0.25 |',
      ]);
      expect(await activitySummaries(env, 'shown', 'fineTune', runId)).toContain(
        'main, iteration 1 of 2: 3 pseudo labels, 3 600 voxels flipped, 0.75 s of propagation',
      );
      const propagations = await activitySummaries(env, 'shown', 'propagateCase', runId);
      expect(propagations.slice(0, 3)).toEqual([
        'case1: 2 strokes, 20 voxels (main, iteration 1)',
        'case2: seen by nobody (main, iteration 1)',
        'case3: seen by nobody (main, iteration 1)',
      ]);
    });
  });

  it('ends proofreading by the plain Temporal CLI', async () => {
    await withCampaign(fakeCampaign('plain', { iterations: 1 }), fakeActivities(), async () => {
      await waitForStatus(env.client, 'plain', proofreading);
      const signal = spawnSync(
        findTemporalCli().path,
        ['workflow', 'signal', '--address', env.environment.address, '--workflow-id', 'campaign-plain', '--name', 'scribblesComplete'],
        { encoding: 'utf8' },
      );
      expect(signal.status, signal.stderr).toBe(0);
      await env.client.result('plain');
      expect((await env.client.overview('plain')).status.counts.unseen).toBe(3);
    });
  });

  it('takes a repeated submission once and rejects an unknown case, a full case and a reused id', async () => {
    await withCampaign(fakeCampaign('submissions'), fakeActivities(), async () => {
      await waitForStatus(env.client, 'submissions', proofreading);
      const first = await env.client.submit('submissions', fakeSubmission('case1'));
      expect(await env.client.submit('submissions', fakeSubmission('case1'))).toEqual(first);
      const refused = async (submission: ReturnType<typeof fakeSubmission>): Promise<string> => {
        const error = await env.client.submit('submissions', submission).then(() => null, (reason: unknown) => reason);
        expect(error).toBeInstanceOf(GeoscribeError);
        return (error as GeoscribeError).message;
      };
      expect(await refused(fakeSubmission('nobody'))).toMatch(/nobody.*expected a scribbled case.*case1, case2, case3.*unknown id/);
      expect(await refused(fakeSubmission('full1'))).toMatch(/a full case/);
      expect(await refused({ ...fakeSubmission('case2', 'broken'), markedShare: 3 })).toMatch(/markedShare/);
      const { status } = await env.client.overview('submissions');
      expect(status.counts).toMatchObject({ scribbles: 1, pending: 2 });
    });
  });

  it('tells a client what it was started with and what a case looks like', async () => {
    const input = fakeCampaign('questions');
    await withCampaign(input, fakeActivities(), async () => {
      await waitForStatus(env.client, 'questions', proofreading);
      expect(await env.client.input('questions')).toEqual(input);
      const { record, prediction } = await env.client.caseArtifacts('questions', 'case2');
      expect(record.imported?.image.kind).toBe('volume');
      expect(prediction?.caseId).toBe('case2');
      await expect(env.client.caseArtifacts('questions', 'nobody')).rejects.toThrow(/geoscribe status questions/);
    });
  });

  it('skips and reopens cases', async () => {
    await withCampaign(fakeCampaign('skips'), fakeActivities(), async () => {
      await waitForStatus(env.client, 'skips', proofreading);
      await env.client.skip('skips', 'case1');
      expect((await env.client.overview('skips')).status.counts).toMatchObject({ skipped: 1, pending: 2 });
      await env.client.reopen('skips', 'case1');
      expect((await env.client.overview('skips')).status.counts).toMatchObject({ skipped: 0, pending: 3 });
      await expect(env.client.skip('skips', 'nobody')).rejects.toThrow(/unknown id/);
    });
  });

  it('answers a retry from the first answer although the run continued as new in between', async () => {
    const input = fakeCampaign('retry', { timeouts: { heartbeatMs: 60_000, reminderMs: 3_600_000, updatesPerRun: 1 } });
    await withCampaign(input, fakeActivities(), async () => {
      await waitForStatus(env.client, 'retry', proofreading);
      const handle = env.environment.client.workflow.getHandle('campaign-retry');
      const firstRun = (await handle.describe()).runId;
      const receipt = await env.client.submit('retry', fakeSubmission('case1'));
      while ((await handle.describe()).runId === firstRun) await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await env.client.submit('retry', fakeSubmission('case1'))).toEqual(receipt);
      expect((await env.client.overview('retry')).status.counts).toMatchObject({ scribbles: 1, pending: 2 });
    });
  });

  it('sets aside a case that cannot be predicted and goes on', async () => {
    const many = Array.from({ length: 12 }, (_, index) => ({ id: `case${index + 1}`, role: 'scribbled' as const }));
    const fakes = fakeActivities({ unpredictable: ['case2'] });
    const input = fakeCampaign('aside', { iterations: 1, cases: [{ id: 'full1', role: 'full' }, ...many] });
    await withCampaign(input, fakes, async () => {
      await waitForStatus(env.client, 'aside', proofreading);
      await expect(env.client.submit('aside', fakeSubmission('case2'))).rejects.toThrow(/set aside.*constant/);
      await env.client.complete('aside');
      await env.client.result('aside');
      const { status } = await env.client.overview('aside');
      expect(status.cases.find(({ id }) => id === 'case2')?.failure).toBe('predictCase: the volume is constant');
      expect(status.counts).toMatchObject({ failed: 1, unseen: 11 });
    });
    expect(fakes.log.filter((line) => line.startsWith('propagateCase case2 '))).toEqual([]);
  });

  it('gives up when more than 10 % of the cases fail, naming them', async () => {
    const fakes = fakeActivities({ unpredictable: ['case1', 'case2'] });
    await withCampaign(fakeCampaign('toomany'), fakes, async () => {
      await expect(env.client.result('toomany')).rejects.toThrow();
      const { failure, execution } = await env.client.overview('toomany');
      expect(execution).toBe('FAILED');
      expect(failure).toMatch(/cases failed \(more than 10 %\).*the volume is constant.*campaign resume/);
    });
  });

  it('trains on the scribbles alone where no case is fully labelled, after the person', async () => {
    const fakes = fakeActivities();
    const cases = ['case1', 'case2'].map((id) => ({ id, role: 'scribbled' as const }));
    await withCampaign(fakeCampaign('scribbles-only', { iterations: 1, cases }), fakes, async () => {
      await waitForStatus(env.client, 'scribbles-only', proofreading);
      expect(fakes.log.some((line) => line.startsWith('trainPreliminary'))).toBe(false);
      await env.client.submit('scribbles-only', fakeSubmission('case1'));
      await env.client.complete('scribbles-only');
      await env.client.result('scribbles-only');
    });
    expect(fakes.log).toContain('trainPreliminary 0 full, 1 scribbled');
  });

  it('waits again in iteration 2 when the config asks for two human rounds', async () => {
    const fakes = fakeActivities();
    await withCampaign(fakeCampaign('rounds', { humanRounds: 2 }), fakes, async () => {
      await waitForStatus(env.client, 'rounds', proofreading);
      await env.client.complete('rounds');
      const status = await waitForStatus(env.client, 'rounds', (now) => now.waiting && now.iteration === 1);
      expect(status.counts.pending).toBe(3);
      await env.client.submit('rounds', fakeSubmission('case3'));
      await env.client.complete('rounds');
      await env.client.result('rounds');
    });
    expect(fakes.log.filter((line) => line === 'propagateCase case3 posterior scribbles')).toHaveLength(1);
  });

  it('says which is missing when no worker answers', async () => {
    const input = fakeCampaign('workerless');
    await env.client.start(input);
    await expect(env.client.overview('workerless')).rejects.toThrow(/WorkerMissing|does not answer.*geoscribe up/);
    await env.environment.client.workflow.getHandle('campaign-workerless').terminate();
  });

  it('refuses a second campaign of a running name and a question to an unknown one', async () => {
    await withCampaign(fakeCampaign('twice'), fakeActivities(), async () => {
      await expect(env.client.start(fakeCampaign('twice'))).rejects.toThrow(/is running/);
      await expect(env.client.overview('never')).rejects.toThrow(/campaign list/);
    });
  });
});

describe('submissionProblem', () => {
  it('names the used case when an id comes back for another one, and the ended round', () => {
    const state = initialState(fakeCampaign('pure'));
    state.accepted['id'] = { submissionId: 'id', caseId: 'case1', kind: 'scribbles' };
    expect(submissionProblem(state, fakeSubmission('case2', 'id'))).toMatch(/was used for case case1/);
    expect(submissionProblem(state, fakeSubmission('case2'))).toBeNull();
    completeRound(state);
    expect(submissionProblem(state, fakeSubmission('case2'))).toMatch(/Proofreading has ended/);
  });
});
