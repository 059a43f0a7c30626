import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { CurveOutcome, CurveRun, TimedEntry } from './curve-run.js';
import { entryValues, lossName } from './entry-values.js';
import { callMlflow, MlflowError } from './mlflow-client.js';
import { readMlflowRecord, writeMlflowRecord } from './mlflow-record.js';
import type { MlflowSettings } from './mlflow-settings.js';

export interface MlflowRunOptions {
  settings: MlflowSettings;
  /** Of the training: `mlflow.json` in it names the run. */
  folder: string;
  run: CurveRun;
  now: () => Date;
  warn: (message: string) => void;
  /** Pauses between the attempts at the end, ms. */
  retryMs: readonly number[];
}

/** MLflow takes 1000 figures and 100 parameters a call; an epoch has fewer than 100 figures unless it has many classes. */
const valuesPerCall = 1000;
const parametersPerCall = 100;

const statuses: Record<CurveOutcome, string> = { finished: 'FINISHED', stopped: 'KILLED', failed: 'FAILED' };

const anything = z.object({});
const experimentSchema = z.object({ experiment_id: z.string() });
const runSchema = z.object({
  run: z.object({ info: z.object({ run_id: z.string() }), data: z.object({ params: z.array(anything).default([]) }).optional() }),
});
const historySchema = z.object({ metrics: z.array(z.object({ step: z.coerce.number() })).default([]), next_page_token: z.string().optional() });

/**
 * A training as a run of MLflow.
 *
 * Sending never holds a training up: it goes on beside it, one call at a time. A server that is away is warned about
 * once; what it has missed is sent with a later epoch or at the end. What a resumed training still has to send the
 * server itself tells, by the steps it knows.
 */
export class MlflowRun {
  readonly #options: MlflowRunOptions;
  #runId: string | null = null;
  readonly #sent = new Set<number>();
  #history: readonly TimedEntry[] = [];
  #sending: Promise<void> | null = null;
  #away = false;

  constructor(options: MlflowRunOptions) {
    this.#options = options;
  }

  /** Takes over the history so far and returns at once. */
  offer(history: readonly TimedEntry[]): void {
    this.#history = history;
    this.#sending ??= this.#attempt().finally(() => {
      this.#sending = null;
    });
  }

  /** Sends a training that has ended and ends the run. Errors: `MlflowError`, after one attempt. */
  async send(history: readonly TimedEntry[]): Promise<void> {
    this.#history = history;
    await this.#end('finished');
  }

  /** Sends what is missing and ends the run, with some attempts; gives up with a warning. */
  async close(outcome: CurveOutcome): Promise<void> {
    const { retryMs, warn } = this.#options;
    await this.#sending;
    if (this.#history.length === 0) return;
    for (const pause of [...retryMs, null]) {
      try {
        await this.#end(outcome);
        return;
      } catch (error) {
        if (pause !== null) await sleep(pause);
        else warn(`MLflow lacks the end of this training: ${messageOf(error)}. A resumed training sends it; training.jsonl has all of it.`);
      }
    }
  }

  async #end(outcome: CurveOutcome): Promise<void> {
    const { settings, now } = this.#options;
    await this.#deliver();
    await callMlflow(settings, 'POST', 'runs/update', { run_id: this.#runId, status: statuses[outcome], end_time: now().getTime() }, anything);
  }

  async #attempt(): Promise<void> {
    const { warn } = this.#options;
    try {
      await this.#deliver();
      if (this.#away) warn('MLflow answers again and has every epoch.');
      this.#away = false;
    } catch (error) {
      if (!this.#away) warn(`MLflow does not take the curves: ${messageOf(error)}. Training goes on; what is missing is sent later.`);
      this.#away = true;
    }
  }

  /** Until nothing is missing: epochs may end while others are on their way. */
  async #deliver(): Promise<void> {
    this.#runId ??= await this.#open();
    for (let missing = this.#missing(); missing.length > 0; missing = this.#missing()) {
      const { settings, run, now } = this.#options;
      const values = missing.flatMap((entry) => {
        const timestamp = entry.time === undefined ? now().getTime() : Date.parse(entry.time);
        return entryValues(entry, run.labels).map(({ name, value }) => ({ key: name, value, timestamp, step: entry.epoch }));
      });
      for (const metrics of chunks(values, valuesPerCall)) {
        await callMlflow(settings, 'POST', 'runs/log-batch', { run_id: this.#runId, metrics }, anything);
      }
      for (const { epoch } of missing) this.#sent.add(epoch);
    }
  }

  #missing(): TimedEntry[] {
    return this.#history.filter(({ epoch }) => !this.#sent.has(epoch));
  }

  /** The run of an earlier session, or a new one. */
  async #open(): Promise<string> {
    const { settings, folder, run, now } = this.#options;
    const known = await readMlflowRecord(folder);
    const found = known === null ? null : await this.#resume(known.runId);
    if (found !== null) return found;
    const experimentId = await this.#experiment();
    const created = await callMlflow(
      settings,
      'POST',
      'runs/create',
      { experiment_id: experimentId, run_name: run.name, start_time: now().getTime(), tags: [{ key: 'mlflow.source.name', value: 'geoscribe' }] },
      runSchema,
    );
    const runId = created.run.info.run_id;
    await writeMlflowRecord(folder, { experimentId, runId });
    await this.#sendParameters(runId);
    return runId;
  }

  /** Null where the server does not know the run. */
  async #resume(runId: string): Promise<string | null> {
    const { settings } = this.#options;
    try {
      const { run } = await callMlflow(settings, 'GET', 'runs/get', { run_id: runId }, runSchema);
      await callMlflow(settings, 'POST', 'runs/update', { run_id: runId, status: 'RUNNING' }, anything);
      if ((run.data?.params ?? []).length === 0) await this.#sendParameters(runId);
    } catch (error) {
      if (error instanceof MlflowError && error.code === 'RESOURCE_DOES_NOT_EXIST') return null;
      throw error;
    }
    let page: string | undefined;
    do {
      const query = { run_id: runId, metric_key: lossName, max_results: '1000', ...(page !== undefined && { page_token: page }) };
      const { metrics, next_page_token: next } = await callMlflow(settings, 'GET', 'metrics/get-history', query, historySchema);
      for (const { step } of metrics) this.#sent.add(step);
      page = next;
    } while (page !== undefined && page !== '');
    return runId;
  }

  async #experiment(): Promise<string> {
    const { settings } = this.#options;
    const find = async (): Promise<string> => {
      const answer = await callMlflow(settings, 'GET', 'experiments/get-by-name', { experiment_name: settings.experiment }, z.object({ experiment: experimentSchema }));
      return answer.experiment.experiment_id;
    };
    try {
      return await find();
    } catch (error) {
      if (!(error instanceof MlflowError) || error.code !== 'RESOURCE_DOES_NOT_EXIST') throw error;
    }
    try {
      return (await callMlflow(settings, 'POST', 'experiments/create', { name: settings.experiment }, experimentSchema)).experiment_id;
    } catch (error) {
      // Another training made it meanwhile.
      if (error instanceof MlflowError && error.code === 'RESOURCE_ALREADY_EXISTS') return find();
      throw error;
    }
  }

  async #sendParameters(runId: string): Promise<void> {
    const { settings, run } = this.#options;
    const parameters = Object.entries(run.parameters ?? {}).map(([key, value]) => ({ key, value: String(value) }));
    for (const params of chunks(parameters, parametersPerCall)) {
      await callMlflow(settings, 'POST', 'runs/log-batch', { run_id: runId, params }, anything);
    }
  }
}

function chunks<T>(values: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, k) => values.slice(k * size, (k + 1) * size));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
