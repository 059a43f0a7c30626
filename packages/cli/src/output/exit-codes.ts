import { isInputErrorType } from '@geoscribe/campaign';
import { CommanderError } from 'commander';
import { knownFailure } from './known-failure.js';

export const exitCodes = {
  ok: 0,
  failure: 1,
  usage: 2,
  /** A file, a configuration or a reference of the user is wrong. */
  invalidData: 3,
  /** Nothing is wrong: a person has to do something before the campaign goes on. */
  waiting: 4,
} as const;

/** Exit code for an error that ended a command. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof CommanderError) return exitCodes.usage;
  const code = knownFailure(error)?.code;
  if (code === undefined) return exitCodes.failure;
  if (code === 'InvalidArgumentError') return exitCodes.usage;
  return isInputErrorType(code) ? exitCodes.invalidData : exitCodes.failure;
}
