import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ApplicationFailure } from '@temporalio/activity';
import { contentKey } from '@geoscribe/core-io/node';
import { GeoscribeError, type Progress } from '@geoscribe/campaign';

/** Attempts without a new checkpoint after which repeating is pointless. */
const tolerated = 3;

/** What of a crash is worth repeating. */
const crashes = new Set(['ChildCrashedError', 'OutOfMemoryError', 'NoProgressError']);

/**
 * Counts a training's crashes since its last new checkpoint, over attempts and workers, in a small file of the store.
 *
 * The third crash in a row becomes a non-retryable `NoProgressError` that names the option to change.
 */
export class AttemptLedger {
  readonly #file: string;
  #first: number | null = null;
  #advanced = false;

  constructor(storeRoot: string, activity: string, input: unknown) {
    const key = contentKey({ activity, input });
    this.#file = join(storeRoot, 'refs', 'attempts', `${key}.json`);
  }

  /** A report of a later epoch than the first one seen means that a checkpoint was written in between. */
  observe({ epoch }: Progress): void {
    if (epoch === undefined) return;
    this.#first ??= epoch;
    if (epoch > this.#first) this.#advanced = true;
  }

  async succeeded(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  /** The error to throw for a failed attempt: the same, or the end of all attempts. */
  async failed(error: unknown): Promise<unknown> {
    if (!(error instanceof GeoscribeError) || !crashes.has(error.code)) return error;
    const stalled = this.#advanced ? 1 : (await this.#stalledAttempts()) + 1;
    if (stalled < tolerated) {
      await mkdir(dirname(this.#file), { recursive: true });
      await writeFile(this.#file, JSON.stringify({ stalled }));
      return error;
    }
    await rm(this.#file, { force: true });
    return ApplicationFailure.nonRetryable(
      `${tolerated} attempts ended without a new checkpoint. Last: ${error.message} Choose a smaller \`budget\` or fewer \`threads\` in campaign.yaml, or a machine with more memory, and run \`geoscribe campaign resume\`.`,
      'NoProgressError',
    );
  }

  async #stalledAttempts(): Promise<number> {
    try {
      return (JSON.parse(await readFile(this.#file, 'utf8')) as { stalled: number }).stalled;
    } catch {
      return 0;
    }
  }
}
