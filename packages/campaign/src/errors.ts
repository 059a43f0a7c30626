/**
 * Types of the errors that people see. The same string is the `code` of an error in the engine, the `type` of the
 * `ApplicationFailure` in Temporal and the key by which the command line picks its exit code.
 */
export const inputErrorTypes = [
  'InvalidConfigError',
  'InvalidVolumeError',
  'GeometryMismatchError',
  'InvalidLabelError',
  'InvalidScribbleError',
  'InvalidDatasetError',
  'InvalidArgumentError',
  'UnknownCaseError',
  'CorruptArtifactError',
  'InvalidCheckpointError',
  'InvalidModelError',
] as const;

export const failureTypes = [
  'ChildCrashedError',
  'NoProgressError',
  'OutOfMemoryError',
  'NonFiniteLossError',
  'MissingLibraryError',
  'DeviceUnavailableError',
  'TooManyFailedCasesError',
  'DownloadFailedError',
  'TemporalUnreachableError',
  'HomeInUseError',
  'WorkerMissingError',
  'CampaignFailedError',
] as const;

export type InputErrorType = (typeof inputErrorTypes)[number];
export type FailureType = (typeof failureTypes)[number];
export type GeoscribeErrorType = InputErrorType | FailureType;

export interface ErrorDetail {
  /** Name of the file the error is about, as the user gave it. */
  file?: string;
  /** Field, argument, header entry or key inside it. */
  field?: string;
  /** Byte offset or line number inside the file. */
  at?: string;
  expected?: string;
  received?: string;
  /** What to do next, one imperative sentence. */
  nextStep?: string;
}

/**
 * The one error class of the project: a code plus `expected ... but received ...` plus the next step.
 *
 * Message form: `<summary> (<file>, <field>, <at>): expected <expected> but received <received>. <nextStep>`; parts
 * that are not given are left out.
 */
export class GeoscribeError extends Error {
  readonly code: GeoscribeErrorType;
  readonly detail: ErrorDetail;

  constructor(code: GeoscribeErrorType, summary: string, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(formatMessage(summary, detail), options);
    this.name = code;
    this.code = code;
    this.detail = detail;
  }

  /** True where repeating the same call with the same input cannot succeed. */
  get isInputError(): boolean {
    return isInputErrorType(this.code);
  }
}

export function isInputErrorType(code: string): code is InputErrorType {
  return (inputErrorTypes as readonly string[]).includes(code);
}

function formatMessage(summary: string, detail: ErrorDetail): string {
  const place = [detail.file, detail.field, detail.at].filter((part) => part !== undefined).join(', ');
  const expectation =
    detail.expected === undefined
      ? ''
      : `: expected ${detail.expected}${detail.received === undefined ? '' : ` but received ${detail.received}`}`;
  const next = detail.nextStep === undefined ? '' : ` ${detail.nextStep}`;
  return `${summary}${place === '' ? '' : ` (${place})`}${expectation}.${next}`;
}
