import { failureTypes, GeoscribeError, inputErrorTypes, type GeoscribeErrorType } from '@geoscribe/campaign';

/** An error of ours, wherever it was thrown. */
export interface KnownFailure {
  code: GeoscribeErrorType;
  /** Without the next step. */
  message: string;
  nextStep?: string;
}

const knownTypes: readonly string[] = [...inputErrorTypes, ...failureTypes];

/** A chain of causes longer than this is a circle. */
const longestChain = 20;

/**
 * The first error of ours in a chain of causes: a `GeoscribeError`, or Temporal's `ApplicationFailure` with the type of
 * one, which is how an error of an activity reaches a client. Null where there is none.
 */
export function knownFailure(error: unknown): KnownFailure | null {
  let current = error;
  for (let depth = 0; depth < longestChain && current instanceof Error; depth++) {
    if (current instanceof GeoscribeError) return fromGeoscribeError(current);
    const { type } = current as { type?: unknown };
    if (typeof type === 'string' && knownTypes.includes(type)) {
      return { code: type as GeoscribeErrorType, message: current.message };
    }
    current = current.cause;
  }
  return null;
}

function fromGeoscribeError({ code, message, detail: { nextStep } }: GeoscribeError): KnownFailure {
  if (nextStep === undefined) return { code, message };
  return { code, message: message.slice(0, -nextStep.length).trimEnd(), nextStep };
}
