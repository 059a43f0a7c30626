import { expect, it } from 'vitest';
import { progressSvg } from '../../src/curves/progress-svg.js';
import { exampleHistory, exampleRun } from './example-history.js';

const count = (text: string, pattern: RegExp): number => [...text.matchAll(pattern)].length;

function pointsOf(svg: string, kind: string): [number, number][] {
  const found = new RegExp(`<polyline class="line ${kind}" points="([^"]*)"`).exec(svg)?.[1] ?? '';
  return found.split(' ').map((point) => point.split(',').map(Number) as [number, number]);
}

it('draws loss, Dice by class with its mean, seconds a step and learning rate over common epochs', () => {
  const history = exampleHistory(30);
  const svg = progressSvg(history, exampleRun);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 860 \d+" [^>]*aria-label="Hippocampus, fold 0: epoch 30: loss −2\.750, validation Dice 0\.969, exponential mean 0\.906">/);
  for (const title of ['loss', 'validation Dice', 'seconds a step', 'learning rate', 'exponential mean', 'anterior', 'posterior']) expect(svg).toContain(`>${title}</text>`);
  expect(svg).toContain('prefers-color-scheme: dark');
  const loss = pointsOf(svg, 'loss');
  expect(loss).toHaveLength(30);
  expect([loss[0]![0], loss.at(-1)![0]]).toEqual([64, 800]);
  expect(loss.every(([, y], k) => k === 0 || y > loss[k - 1]![1])).toBe(true);
  // Ten validations, in the first of which class 2 is missing; they lie at their epochs.
  expect(pointsOf(svg, 'class class-0')).toHaveLength(10);
  expect(pointsOf(svg, 'class class-1')).toHaveLength(9);
  expect(pointsOf(svg, 'mean')[0]![0]).toBeCloseTo(loss[2]![0], 1);
  expect(pointsOf(svg, 'mean').every(([, y], k, all) => k === 0 || y < all[k - 1]![1])).toBe(true);
});

it('shows a single epoch as dots, without a Dice axis', () => {
  const svg = progressSvg(exampleHistory(1), exampleRun);
  expect(count(svg, /<circle /g)).toBe(3);
  expect(count(svg, /<polyline /g)).toBe(0);
  expect(svg).not.toContain('validation Dice');
  expect(svg).not.toContain('NaN');
});

it('leaves out values that are not finite, and panels without values stay empty', () => {
  const history = exampleHistory(30).map(({ epoch, loss, learningRate }) => ({ epoch, loss: epoch === 5 ? NaN : loss, learningRate }));
  const svg = progressSvg(history, exampleRun);
  expect(pointsOf(svg, 'loss')).toHaveLength(29);
  expect(svg).not.toContain('NaN');
  expect(svg).toContain('>seconds a step</text>');
});

it('draws six classes and counts the rest; names are escaped', () => {
  const labels = ['background', '<liver> & spleen', ...Array.from({ length: 8 }, (_, k) => `structure ${k}`)];
  const history = exampleHistory(3).map((entry) => ({ ...entry, ...(entry.validationDice !== undefined && { validationDiceByClass: labels.slice(1).map(() => 0.5) }) }));
  const svg = progressSvg(history, { name: 'a "b"', labels });
  expect(svg).toContain('&lt;liver&gt; &amp; spleen');
  expect(svg).toContain('a &quot;b&quot;');
  expect(svg).toContain('3 more labels in training.csv');
  expect(svg).toContain('class-5');
  expect(svg).not.toContain('class="line class class-6"');
});
