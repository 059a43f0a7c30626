import { Client, WorkflowUpdateFailedError, type Connection, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import {
  campaignWorkflowId,
  GeoscribeError,
  isInputErrorType,
  queries,
  signals,
  taskQueues,
  updates,
  workflowType,
  type CampaignInput,
  type CampaignResult,
  type CampaignStatus,
  type CaseArtifacts,
  type Progress,
  type ScribbleSubmission,
  type SubmissionReceipt,
} from '@geoscribe/campaign';

/** How long a question to the campaign may take before a missing worker is reported, ms. */
const answerDeadlineMs = 8_000;

export interface RunningActivity {
  activity: string;
  attempt: number;
  /** Last heartbeat's details, where there was one. */
  progress: Progress | null;
  lastFailure: string | null;
}

export interface CampaignOverview {
  status: CampaignStatus;
  /** `RUNNING`, `COMPLETED`, `FAILED`, `CANCELLED`, ... */
  execution: string;
  failure: string | null;
  activities: RunningActivity[];
}

type CampaignWorkflow = (input: CampaignInput) => Promise<CampaignResult>;

/** What the command line, the demo and the server say to campaigns. One instance per connection. */
export class CampaignClient {
  readonly #client: Client;
  readonly #connection: Connection;

  constructor(connection: Connection, namespace: string) {
    this.#connection = connection;
    this.#client = new Client({ connection, namespace });
  }

  /** Starts the workflow `campaign-<name>`. @throws GeoscribeError `InvalidConfigError` where one of this name runs. */
  async start(input: CampaignInput): Promise<void> {
    try {
      await this.#client.workflow.start<CampaignWorkflow>(workflowType, {
        taskQueue: taskQueues.control,
        workflowId: campaignWorkflowId(input.name),
        args: [input],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE',
        workflowIdConflictPolicy: 'FAIL',
        staticSummary: `Campaign ${input.name}: ${input.settings.dataset.name}, ${input.cases.length} cases`,
      });
    } catch (error) {
      if (error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError') {
        throw new GeoscribeError(
          'InvalidConfigError',
          `Campaign ${input.name} is running`,
          { field: 'name', expected: 'the name of no running campaign', received: input.name, nextStep: `Look at it with \`geoscribe status ${input.name}\`, or cancel it first.` },
          { cause: error },
        );
      }
      throw error;
    }
  }

  /** Status from the workflow, progress from the heartbeats. @throws GeoscribeError `WorkerMissingError` within 8 s. */
  async overview(name: string): Promise<CampaignOverview> {
    const handle = this.#handle(name);
    const description = await this.#known(name, handle.describe());
    const status = await this.#ask<CampaignStatus>(name, queries.campaignStatus);
    const pending = description.raw.pendingActivities ?? [];
    const activities = await Promise.all(
      pending.map(async (activity) => ({
        activity: activity.activityType?.name ?? '',
        attempt: activity.attempt ?? 1,
        progress: decodeProgress(activity.heartbeatDetails?.payloads?.[0]?.data),
        lastFailure: activity.lastFailure?.message ?? null,
      })),
    );
    const execution = description.status.name;
    return { status, execution, failure: execution === 'FAILED' ? await this.#failureOf(handle) : null, activities };
  }

  /** What the campaign was started with. */
  async input(name: string): Promise<CampaignInput> {
    return this.#ask(name, queries.campaignInput);
  }

  /** Image and newest prediction of one case. @throws GeoscribeError `UnknownCaseError`. */
  async caseArtifacts(name: string, caseId: string): Promise<CaseArtifacts> {
    const artifacts = await this.#ask<CaseArtifacts | null>(name, queries.caseArtifacts, caseId);
    if (artifacts !== null) return artifacts;
    throw new GeoscribeError('UnknownCaseError', `Campaign ${name} has no such case`, {
      field: 'case',
      expected: 'a case of the campaign',
      received: caseId,
      nextStep: `See \`geoscribe status ${name}\`.`,
    });
  }

  /** Registers a submission; sent twice with one `submissionId` it counts once. */
  async submit(name: string, submission: ScribbleSubmission): Promise<SubmissionReceipt> {
    return this.#update(name, updates.submitScribbles, submission, submission.submissionId);
  }

  async skip(name: string, caseId: string): Promise<void> {
    await this.#update(name, updates.skipCase, { caseId });
  }

  async reopen(name: string, caseId: string): Promise<void> {
    await this.#update(name, updates.reopenCase, { caseId });
  }

  /** Ends proofreading; cases still open count as seen by nobody. */
  async complete(name: string): Promise<void> {
    await this.#known(name, this.#handle(name).signal(signals.scribblesComplete));
  }

  async cancel(name: string): Promise<void> {
    await this.#known(name, this.#handle(name).cancel());
  }

  /** Waits for the end of the campaign, over all its runs. */
  async result(name: string): Promise<CampaignResult> {
    return this.#handle(name).result() as Promise<CampaignResult>;
  }

  /** Campaigns of the namespace, newest run of each first. */
  async list(): Promise<{ name: string; execution: string; startTime: Date }[]> {
    const seen = new Map<string, { name: string; execution: string; startTime: Date }>();
    for await (const run of this.#client.workflow.list({ query: `WorkflowType = '${workflowType}'` })) {
      const name = run.workflowId.replace(/^campaign-/, '');
      const earlier = seen.get(name);
      if (earlier === undefined || earlier.startTime < run.startTime) {
        seen.set(name, { name, execution: run.status.name, startTime: run.startTime });
      }
    }
    return [...seen.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #handle(name: string): WorkflowHandle<CampaignWorkflow> {
    return this.#client.workflow.getHandle<CampaignWorkflow>(campaignWorkflowId(name));
  }

  #ask<Answer>(name: string, query: string, ...args: string[]): Promise<Answer> {
    return this.#answered(name, this.#known(name, this.#handle(name).query<Answer, string[]>(query, ...args)));
  }

  async #update<Result>(name: string, update: string, argument: unknown, updateId?: string): Promise<Result> {
    const options = { args: [argument] as [unknown], ...(updateId === undefined ? {} : { updateId }) };
    try {
      const call = this.#handle(name).executeUpdate<Result, [unknown]>(update, options);
      return await this.#answered(name, this.#known(name, call));
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure) {
        const { type, message } = error.cause;
        if (type && isInputErrorType(type)) throw new GeoscribeError(type, message.replace(/\.$/, ''), {}, { cause: error });
      }
      throw error;
    }
  }

  /** Gives a call to the workflow a deadline: without a worker the server would wait much longer. */
  async #answered<T>(name: string, call: Promise<T>): Promise<T> {
    try {
      return await Promise.race([call, this.#deadline()]);
    } catch (error) {
      if (!(error instanceof DeadlineError) && !isDeadline(error)) throw error;
      call.catch(() => undefined);
      throw new GeoscribeError(
        'WorkerMissingError',
        `Campaign ${name} does not answer`,
        { expected: 'a worker that serves geoscribe-control', received: 'no answer from the workflow', nextStep: 'Start one with `geoscribe up`.' },
        { cause: error },
      );
    }
  }

  #deadline(): Promise<never> {
    return new Promise((_, reject) => {
      setTimeout(() => reject(new DeadlineError()), answerDeadlineMs).unref();
    });
  }

  async #known<T>(name: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      throw (await this.#exists(name)) ? ended(name, error) : unknownCampaign(name, error);
    }
  }

  async #exists(name: string): Promise<boolean> {
    return this.#handle(name).describe().then(
      () => true,
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      },
    );
  }

  async #failureOf(handle: WorkflowHandle<CampaignWorkflow>): Promise<string | null> {
    try {
      await handle.result();
      return null;
    } catch (error) {
      let cause: unknown = error;
      while (cause instanceof Error && cause.cause instanceof Error) cause = cause.cause;
      return cause instanceof Error ? cause.message : String(cause);
    }
  }
}

function unknownCampaign(name: string, cause: unknown): GeoscribeError {
  return new GeoscribeError(
    'InvalidArgumentError',
    'No such campaign is known',
    { field: 'name', expected: 'the name of a campaign', received: name, nextStep: 'List them with `geoscribe campaign list`.' },
    { cause },
  );
}

/** The server does not find a campaign to tell something to, either, once it has ended. */
function ended(name: string, cause: unknown): GeoscribeError {
  return new GeoscribeError(
    'InvalidArgumentError',
    `Campaign ${name} has ended`,
    { field: 'name', expected: 'a running campaign', received: 'one that has ended', nextStep: `Look at it with \`geoscribe status ${name}\`.` },
    { cause },
  );
}

class DeadlineError extends Error {}

function isDeadline(error: unknown): boolean {
  return error instanceof Error && /deadline|timed? ?out/i.test(`${error.message} ${error.cause instanceof Error ? error.cause.message : ''}`);
}

function decodeProgress(data: Uint8Array | null | undefined): Progress | null {
  return data ? (JSON.parse(Buffer.from(data).toString('utf8')) as Progress) : null;
}
