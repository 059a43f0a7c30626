import { z } from 'zod';
import type { MlflowSettings } from './mlflow-settings.js';

/** How long one call may take, ms. */
const deadlineMs = 10_000;

/** A call that MLflow did not answer well. The message names the server and its words, never who asked. */
export class MlflowError extends Error {
  override readonly name = 'MlflowError';
  /** MLflow's `error_code`, e.g. `RESOURCE_DOES_NOT_EXIST`. */
  readonly code: string | undefined;

  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

const errorSchema = z.object({ error_code: z.string().optional(), message: z.string().optional() });

/**
 * One call of MLflow's REST interface, version 2.0 (mlflow.org/docs/latest/rest-api.html).
 *
 * @param path below `/api/2.0/mlflow/`, e.g. `runs/log-batch`
 * @param request a query for GET, a body for POST
 * Errors: `MlflowError`, after ten seconds at the latest.
 */
export async function callMlflow<T>(
  { uri, authorization }: MlflowSettings,
  method: 'GET' | 'POST',
  path: string,
  request: Record<string, unknown>,
  answer: z.ZodType<T>,
): Promise<T> {
  const query = method === 'GET' ? `?${new URLSearchParams(request as Record<string, string>).toString()}` : '';
  const signal = AbortSignal.timeout(deadlineMs);
  let status: number;
  let text: string;
  try {
    const response = await fetch(`${uri}/api/2.0/mlflow/${path}${query}`, {
      method,
      signal,
      headers: { ...(method === 'POST' && { 'content-type': 'application/json' }), ...(authorization !== undefined && { authorization }) },
      ...(method === 'POST' && { body: JSON.stringify(request) }),
    });
    status = response.status;
    text = await response.text();
  } catch (error) {
    throw new MlflowError(signal.aborted ? `no answer from ${uri} within ${deadlineMs / 1000} s` : `${uri} cannot be reached (${causeOf(error)})`);
  }
  const body = parsed(text);
  if (status >= 400) {
    const failure = errorSchema.safeParse(body).data;
    const words = failure?.message === undefined ? '' : `: ${failure.message.split('\n')[0]!.slice(0, 200)}`;
    throw new MlflowError(`${uri} answers ${path} with status ${status}${words}`, failure?.error_code);
  }
  const result = answer.safeParse(body);
  if (!result.success) throw new MlflowError(`${uri} does not answer ${path} as MLflow does`);
  return result.data;
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return (cause as { code?: string }).code ?? (cause instanceof Error ? cause.message : String(cause));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
