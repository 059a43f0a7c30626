import { GeoscribeError, type ErrorDetail, type GeoscribeErrorType, type Progress } from '@geoscribe/campaign';
import type { JobName, JobRequest } from './jobs.js';

/** What the parent sends to its child. */
export type ParentMessage = { type: 'run'; job: JobName; request: JobRequest<JobName> } | { type: 'cancel' };

/** An error on its way through the process border. */
export type SentError =
  | { kind: 'geoscribe'; code: GeoscribeErrorType; message: string; detail: ErrorDetail; stack: string }
  | { kind: 'cancelled' }
  | { kind: 'other'; name: string; message: string; stack: string };

/** What the child sends to its parent. */
export type ChildMessage =
  | { type: 'progress'; progress: Progress }
  | { type: 'result'; result: unknown }
  | { type: 'error'; error: SentError };

export function toSentError(error: unknown, cancelled: boolean): SentError {
  if (cancelled && !(error instanceof GeoscribeError)) return { kind: 'cancelled' };
  const { name, message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof GeoscribeError) return { kind: 'geoscribe', code: error.code, message, detail: error.detail, stack };
  return { kind: 'other', name, message, stack };
}

/** The error that the child threw: same class, code, message and detail; its stack is the child's. */
export function fromSentError(sent: Exclude<SentError, { kind: 'cancelled' }>): Error {
  const error = sent.kind === 'geoscribe' ? new GeoscribeError(sent.code, '', sent.detail) : new Error();
  error.message = sent.message;
  error.stack = sent.stack;
  if (sent.kind === 'other') error.name = sent.name;
  return error;
}
