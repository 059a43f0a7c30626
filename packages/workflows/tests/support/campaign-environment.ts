import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import type { Activities, CampaignStatus } from '@geoscribe/campaign';
import { createWorkers, runWorkers } from '../../src/worker/index.js';
import { CampaignClient, findTemporalCli } from '../../src/client/index.js';

/** A real dev server with workers of the production bundle; activities as given. */
export interface CampaignEnvironment {
  client: CampaignClient;
  environment: TestWorkflowEnvironment;
  /** Serves campaigns with these activities until the returned function is called. */
  serve(activities: Activities): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export async function startCampaignEnvironment(): Promise<CampaignEnvironment> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path: findTemporalCli().path } },
  });
  const connection = await NativeConnection.connect({ address: environment.address });
  return {
    client: new CampaignClient(environment.connection, environment.namespace ?? 'default'),
    environment,
    async serve(activities) {
      const workers = await createWorkers({ connection, namespace: environment.namespace ?? 'default', activities });
      const stop = new AbortController();
      const running = runWorkers(workers, stop.signal);
      return async () => {
        stop.abort();
        await running;
      };
    },
    async stop() {
      await connection.close();
      await environment.teardown();
    },
  };
}

/** Waits for a condition of the campaign's status; the test's own timeout is the limit. */
export async function waitForStatus(
  client: CampaignClient,
  name: string,
  condition: (status: CampaignStatus) => boolean,
): Promise<CampaignStatus> {
  for (;;) {
    const { status } = await client.overview(name);
    if (condition(status)) return status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What the Temporal UI shows as the current details of a campaign's newest run. */
export async function currentDetails({ environment }: CampaignEnvironment, name: string): Promise<string> {
  const handle = environment.client.workflow.getHandle(`campaign-${name}`);
  return (await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata')).currentDetails;
}

/** What the Temporal UI shows beside the activities of one type, over all runs of a campaign from its first. */
export async function activitySummaries({ environment }: CampaignEnvironment, name: string, activity: string, firstRun: string): Promise<string[]> {
  const summaries: string[] = [];
  for (let runId: string | undefined = firstRun; runId !== undefined; ) {
    const { events } = await environment.client.workflow.getHandle(`campaign-${name}`, runId).fetchHistory();
    for (const { activityTaskScheduledEventAttributes: scheduled, userMetadata } of events ?? []) {
      if (scheduled?.activityType?.name === activity) summaries.push(JSON.parse(Buffer.from(userMetadata?.summary?.data ?? []).toString('utf8')));
    }
    runId = events?.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return summaries;
}
