import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { fakeActivities, fakeCampaign, fakeSubmission } from './support/fake-activities.js';
import { startCampaignEnvironment, waitForStatus, type CampaignEnvironment } from './support/campaign-environment.js';

/**
 * Histories of real runs, replayed with the production bundle: a campaign that waits for weeks must go on under newer
 * workflow code. Recorded anew, after a change that is meant to break them, by
 * `GEOSCRIBE_RECORD_HISTORIES=1 npx vitest run packages/workflows/tests/histories.test.ts`.
 */
const folder = fileURLToPath(new URL('./histories/', import.meta.url));
const bundle = fileURLToPath(new URL('../dist/workflow-bundle.js', import.meta.url));
const recording = process.env['GEOSCRIBE_RECORD_HISTORIES'] === '1';

const scenarios = ['finished', 'waiting', 'rejected-and-repeated', 'cancelled'] as const;
type Scenario = (typeof scenarios)[number];

async function play(env: CampaignEnvironment, scenario: Scenario): Promise<void> {
  await waitForStatus(env.client, scenario, (status) => status.waiting);
  if (scenario === 'waiting') return;
  await env.client.submit(scenario, fakeSubmission('case1'));
  if (scenario === 'rejected-and-repeated') {
    await env.client.submit(scenario, fakeSubmission('nobody')).catch(() => undefined);
    await env.client.submit(scenario, fakeSubmission('case1'));
    return;
  }
  if (scenario === 'cancelled') {
    await env.client.cancel(scenario);
    await env.client.result(scenario).catch(() => undefined);
    return;
  }
  await env.client.complete(scenario);
  await env.client.result(scenario);
}

async function record(): Promise<void> {
  const env = await startCampaignEnvironment();
  try {
    const stop = await env.serve(fakeActivities().activities);
    for (const scenario of scenarios) {
      await env.client.start(fakeCampaign(scenario));
      const runIds = [(await env.environment.client.workflow.getHandle(`campaign-${scenario}`).describe()).runId];
      await play(env, scenario);
      const runs: string[] = [];
      for (let runId: string | undefined = runIds[0]; runId !== undefined; ) {
        const handle = env.environment.client.workflow.getHandle(`campaign-${scenario}`, runId);
        const history = await handle.fetchHistory();
        runs.push(historyToJSON(history).replaceAll(/"\d+@[^"]*"/g, '"recorder"'));
        runId = history.events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
      }
      mkdirSync(folder, { recursive: true });
      writeFileSync(fileOf(scenario), `[\n${runs.map((run) => JSON.stringify(JSON.parse(run))).join(',\n')}\n]\n`);
      await env.environment.client.workflow.getHandle(`campaign-${scenario}`).terminate().catch(() => undefined);
    }
    await stop();
  } finally {
    await env.stop();
  }
}

function fileOf(scenario: Scenario): string {
  return join(folder, `${scenario}.json`);
}

/** Histories of a scenario's runs, in their order, as parsed JSON. */
function runsOf(scenario: Scenario): { events: Record<string, Record<string, unknown>>[] }[] {
  return JSON.parse(readFileSync(fileOf(scenario), 'utf8'));
}

function replay(history: object, scenario: Scenario): Promise<void> {
  return Worker.runReplayHistory(
    { workflowBundle: { codePath: bundle } },
    historyFromJSON(history),
    `campaign-${scenario}`,
  );
}

beforeAll(async () => {
  if (recording) await record();
  else Runtime.install({ logger: new DefaultLogger('ERROR') });
});

describe('committed histories', () => {
  it.each(scenarios)('%s replays with the production bundle', async (scenario) => {
    expect(existsSync(fileOf(scenario))).toBe(true);
    const runs = runsOf(scenario);
    for (const run of runs) await replay(run, scenario);
    expect(runs).toHaveLength(scenario === 'finished' ? 3 : 1);
  });

  it('are of what their names say', () => {
    const types = (scenario: Scenario): unknown[] => runsOf(scenario).flatMap((run) => run.events.map((event) => event['eventType']));
    const completed = (type: string): string => `EVENT_TYPE_WORKFLOW_EXECUTION_${type}`;
    expect(types('finished').at(-1)).toBe(completed('COMPLETED'));
    expect(types('cancelled').at(-1)).toBe(completed('CANCELED'));
    expect(types('waiting')).not.toContain(completed('UPDATE_ACCEPTED'));
    expect(types('rejected-and-repeated').filter((type) => type === completed('UPDATE_ACCEPTED'))).toHaveLength(1);
  });

  it('fail to replay when two activities are in another order than the workflow asks for', async () => {
    const [run] = runsOf('finished');
    const scheduled = run!.events.filter((event) => event['activityTaskScheduledEventAttributes']);
    const typeOf = (index: number) => scheduled.at(index)!['activityTaskScheduledEventAttributes'] as Record<string, { name: string }>;
    const train = scheduled.findIndex((_, index) => typeOf(index)['activityType']!.name === 'trainPreliminary');
    [typeOf(train)['activityType'], typeOf(train + 1)['activityType']] = [typeOf(train + 1)['activityType']!, typeOf(train)['activityType']!];
    await expect(replay(run!, 'finished')).rejects.toThrow(/determinism|does not match/i);
  });
});
