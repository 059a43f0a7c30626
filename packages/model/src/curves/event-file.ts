import { appendFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeAtomically } from '@geoscribe/core-io/node';
import type { TimedEntry } from './curve-run.js';
import { entryValues } from './entry-values.js';
import { encodeEvents, fileVersion, sessionStart, type TensorboardEvent } from './event-format.js';

/** TensorBoard reads the files of a folder in the order of their names. */
const namePattern = /^events\.out\.tfevents\.(\d{10})\.geoscribe$/;

export interface EventFileOptions {
  folder: string;
  /** Names of all classes, background first. */
  labels: readonly string[];
  now: () => Date;
}

/**
 * A training's event file for TensorBoard.
 *
 * Each session writes a file of its own: the whole history behind a session start, which makes readers drop what the
 * files before say, then one append an epoch. So an interrupted epoch that is trained again appears once. Earlier files
 * stay: a TensorBoard that is looking would never get past one that is gone.
 */
export class EventFile {
  readonly #options: EventFileOptions;
  #file: string | null = null;
  #last = 0;

  constructor(options: EventFileOptions) {
    this.#options = options;
  }

  /** @param history all epochs so far, in order. */
  async write(history: readonly TimedEntry[]): Promise<void> {
    const last = history.at(-1)?.epoch ?? 0;
    if (this.#file === null || last <= this.#last) await this.#begin(history);
    else await appendFile(this.#file, encodeEvents(this.#events(history.filter(({ epoch }) => epoch > this.#last))));
    this.#last = last;
  }

  async #begin(history: readonly TimedEntry[]): Promise<void> {
    const { folder, now } = this.#options;
    const earlier = (await readdir(folder)).filter((name) => namePattern.test(name)).sort();
    const number = Number(namePattern.exec(earlier.at(-1) ?? '')?.[1] ?? 0) + 1;
    const file = join(folder, `events.out.tfevents.${String(number).padStart(10, '0')}.geoscribe`);
    const wallTime = now().getTime() / 1000;
    const head: TensorboardEvent[] = [
      { wallTime, fileVersion },
      { wallTime, step: history[0]?.epoch ?? 0, sessionLog: { status: sessionStart } },
    ];
    await writeAtomically(file, encodeEvents([...head, ...this.#events(history)]));
    this.#file = file;
  }

  /** An epoch of unknown time gets the time of its writing. */
  #events(history: readonly TimedEntry[]): TensorboardEvent[] {
    const { labels, now } = this.#options;
    return history.map((entry) => ({
      wallTime: (entry.time === undefined ? now().getTime() : Date.parse(entry.time)) / 1000,
      step: entry.epoch,
      summary: { value: entryValues(entry, labels).map(({ name, value }) => ({ tag: name, simpleValue: value })) },
    }));
  }
}
