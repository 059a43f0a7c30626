import type { CurveEntry } from '../../src/training/training-record.js';

/** Every third epoch is validated; class 2 is missing in the first validation. */
export function exampleHistory(epochs: number): CurveEntry[] {
  return Array.from({ length: epochs }, (_, i) => {
    const epoch = i + 1;
    const dice = 0.5 + epoch / 64;
    const validation = { validationDice: dice, validationDiceByClass: [dice + 0.125, epoch === 3 ? null : dice - 0.125], validationMean: dice - 0.0625 };
    return { epoch, loss: 1 - epoch / 8, learningRate: 0.5 / epoch, secondsPerStep: 0.25, waitingShare: 0.03125, ...(epoch % 3 === 0 && validation) };
  });
}

export const exampleRun = { name: 'Hippocampus, fold 0', labels: ['background', 'anterior', 'posterior'], parameters: { batch: 2, patch: '40 x 56 x 40' } };

/** A clock that goes on by a minute at each look. */
export function minuteClock(start = '2026-01-01T00:00:00.000Z'): () => Date {
  let time = Date.parse(start) - 60_000;
  return () => new Date((time += 60_000));
}
