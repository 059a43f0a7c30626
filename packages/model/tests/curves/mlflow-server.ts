import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const item = z.strictObject({ key: z.string().regex(/^[A-Za-z0-9_\-. :/]{1,250}$/), value: z.string().max(6000) });
const time = z.number().int().positive();
const statuses = z.enum(['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']);

/** Requests as MLflow's REST documentation states them (mlflow.org/docs/latest/rest-api.html, 3.x); anything else is refused. */
const requests = {
  'GET experiments/get-by-name': z.strictObject({ experiment_name: z.string().min(1) }),
  'POST experiments/create': z.strictObject({ name: z.string().min(1) }),
  'POST runs/create': z.strictObject({ experiment_id: z.string(), run_name: z.string(), start_time: time, tags: z.array(item).max(100) }),
  'GET runs/get': z.strictObject({ run_id: z.string() }),
  'POST runs/update': z.strictObject({ run_id: z.string(), status: statuses, end_time: time.optional() }),
  'POST runs/log-batch': z.strictObject({
    run_id: z.string(),
    metrics: z.array(z.strictObject({ key: item.shape.key, value: z.number(), timestamp: time, step: z.number().int() })).max(1000).optional(),
    params: z.array(item).max(100).optional(),
  }),
  'GET metrics/get-history': z.strictObject({ run_id: z.string(), metric_key: z.string(), max_results: z.coerce.number().int().max(50_000), page_token: z.string().optional() }),
};

interface StoredRun {
  experiment: string;
  name: string;
  status: string;
  params: Map<string, string>;
  metrics: { key: string; value: number; timestamp: number; step: number }[];
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** An MLflow tracking server in memory, with the part of the interface that trainings use. */
export class MlflowServer {
  readonly experiments = new Map<string, string>();
  readonly runs = new Map<string, StoredRun>();
  readonly authorizations = new Set<string | undefined>();
  /** While true every request fails with status 503. */
  broken = false;
  readonly #server: Server;
  /** Stays known after the end. */
  uri = '';

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        this.authorizations.add(request.headers.authorization);
        const url = new URL(request.url!, 'http://localhost');
        const call = `${request.method} ${url.pathname.replace('/api/2.0/mlflow/', '')}`;
        try {
          if (this.broken) throw new Refusal(503, 'TEMPORARILY_UNAVAILABLE', 'Database is away');
          const body = request.method === 'GET' ? Object.fromEntries(url.searchParams) : (JSON.parse(Buffer.concat(chunks).toString()) as unknown);
          response.end(JSON.stringify(this.#answer(call, body)));
        } catch (error) {
          const { status, code, message } = error instanceof Refusal ? error : new Refusal(400, 'INVALID_PARAMETER_VALUE', String(error));
          response.writeHead(status).end(JSON.stringify({ error_code: code, message }));
        }
      });
    });
  }

  static async start(): Promise<MlflowServer> {
    const server = new MlflowServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    server.uri = `http://127.0.0.1:${(server.#server.address() as AddressInfo).port}`;
    return server;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #answer(call: string, body: unknown): unknown {
    const request = requests[call as keyof typeof requests];
    if (request === undefined) throw new Refusal(404, 'ENDPOINT_NOT_FOUND', call);
    const given = request.parse(body) as unknown as Record<string, never>;
    switch (call as keyof typeof requests) {
      case 'GET experiments/get-by-name': {
        const id = this.experiments.get(given['experiment_name']!);
        if (id === undefined) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', 'No such experiment');
        return { experiment: { experiment_id: id } };
      }
      case 'POST experiments/create': {
        const id = String(this.experiments.size + 1);
        this.experiments.set(given['name']!, id);
        return { experiment_id: id };
      }
      case 'POST runs/create': {
        const id = `run${this.runs.size + 1}`;
        this.runs.set(id, { experiment: given['experiment_id']!, name: given['run_name']!, status: 'RUNNING', params: new Map(), metrics: [] });
        return { run: { info: { run_id: id }, data: {} } };
      }
      case 'GET runs/get': {
        const params = [...this.#run(given).params].map(([key, value]) => ({ key, value }));
        return { run: { info: { run_id: given['run_id'] }, data: params.length === 0 ? {} : { params } } };
      }
      case 'POST runs/update':
        this.#run(given).status = given['status']!;
        return { run_info: {} };
      case 'POST runs/log-batch': {
        const run = this.#run(given);
        for (const { key, value } of (given['params'] ?? []) as { key: string; value: string }[]) {
          if (run.params.get(key) !== undefined && run.params.get(key) !== value) throw new Refusal(400, 'INVALID_PARAMETER_VALUE', `${key} cannot change`);
          run.params.set(key, value);
        }
        run.metrics.push(...((given['metrics'] ?? []) as StoredRun['metrics']));
        return {};
      }
      case 'GET metrics/get-history': {
        // Pages of two, so that a client has to turn them.
        const all = this.#run(given).metrics.filter(({ key }) => key === given['metric_key']);
        const from = Number(given['page_token'] ?? 0);
        return { metrics: all.slice(from, from + 2), ...(from + 2 < all.length && { next_page_token: String(from + 2) }) };
      }
    }
  }

  #run(given: Record<string, never>): StoredRun {
    const run = this.runs.get(given['run_id']!);
    if (run === undefined) throw new Refusal(404, 'RESOURCE_DOES_NOT_EXIST', 'No such run');
    return run;
  }
}
