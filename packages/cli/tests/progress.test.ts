import { expect, test } from 'vitest';
import type { Progress } from '@geoscribe/campaign';
import { formatStep, progressPrinter } from '../src/output/progress-printer.js';
import { sparkline } from '../src/output/sparkline.js';
import { speaksUtf8 } from '../src/output/speaks-utf8.js';
import { stepOf } from '../src/output/step-of.js';
import { durationInWords, timeLeft } from '../src/output/time-left.js';

const unicode = { unicode: true };

test('a sparkline spans its values, with a mark each', () => {
  expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], unicode)).toBe('▁▂▃▄▅▆▇█');
  expect(sparkline([3, 2, 1, 1.5], unicode)).toBe('█▅▁▃');
  expect(sparkline([-1, 1], { unicode: false })).toBe('_^');
});

test('a sparkline of nothing, one value, equal values, values that are none', () => {
  expect(sparkline([], unicode)).toBe('');
  expect(sparkline([0.3], unicode)).toBe('▅');
  expect(sparkline([2, 2, 2], unicode)).toBe('▅▅▅');
  expect(sparkline([NaN], unicode)).toBe(' ');
  expect(sparkline([0, NaN, Infinity, 1], unicode)).toBe('▁  █');
});

test('the locale says whether a terminal shows block characters', () => {
  expect(speaksUtf8({ LANG: 'en_US.UTF-8' }, 'linux')).toBe(true);
  expect(speaksUtf8({ LC_ALL: '', LC_CTYPE: 'C.utf8', LANG: 'C' }, 'darwin')).toBe(true);
  expect(speaksUtf8({ LC_ALL: 'C', LANG: 'en_US.UTF-8' }, 'linux')).toBe(false);
  expect(speaksUtf8({ LANG: 'en_US.UTF-8', TERM: 'linux' }, 'linux')).toBe(false);
  expect(speaksUtf8({}, 'linux')).toBe(false);
  expect(speaksUtf8({ LANG: 'en_US.UTF-8' }, 'win32')).toBe(false);
  expect(speaksUtf8({ WT_SESSION: '1' }, 'win32')).toBe(true);
});

test('time left follows from what was seen, and starts anew with another piece of work', () => {
  let time = 0;
  const left = timeLeft(() => time);
  expect(left('a', 0.2)).toBeNull();
  time = 4_000;
  expect(left('a', 0.3)).toBeNull();
  time = 10_000;
  expect(left('a', 0.4)).toBeCloseTo(30, 9);
  // A pause counts.
  time = 20_000;
  expect(left('a', 0.4)).toBeCloseTo(60, 9);
  expect(left('b', 0.5)).toBeNull();
  time = 30_000;
  expect(left('b', 0.75)).toBeCloseTo(10, 9);
  // The same work from its beginning, as the next iteration's training is.
  expect(left('b', 0.1)).toBeNull();
});

test('durations in words', () => {
  const words = { 0.2: '0 s', 40: '40 s', 99.4: '99 s', 99.5: '2 min', 720: '12 min', 6_000: '1 h 40 min', 12_000: '3 h 20 min', 187_200: '2 d 4 h' };
  for (const [seconds, text] of Object.entries(words)) expect(durationInWords(Number(seconds))).toBe(text);
});

const training: Progress = {
  step: 'train', done: 125, total: 250, epoch: 3, epochs: 10, loss: 0.25, secondsPerStep: 0.5, waitingShare: 0.034,
  curve: { loss: [1, 0.5], validationDice: [0.5, 0.75] }, resumedFromEpoch: 1,
};

test('a training counts epochs; its curves and figures come along', () => {
  expect(stepOf('fineTune', training)).toEqual({
    label: 'fineTune: epoch', done: 3, total: 10, fraction: 0.25, secondsLeft: 937.5,
    curves: [
      { name: 'loss', values: [1, 0.5], text: '0.250' },
      { name: 'validation Dice', values: [0.5, 0.75], text: '0.750' },
    ],
    detail: 'train 125/250, 0.50 s a step, 3 % of it waiting, resumed from epoch 1',
  });
  expect(stepOf('fineTune', { step: 'validate', done: 1, total: 4, epoch: 3, epochs: 10 })).toEqual({
    label: 'fineTune: epoch', done: 3, total: 10, fraction: 0.3, curves: [], detail: 'validate 1/4',
  });
  expect(stepOf('predictCase', { step: 'predict', done: 1, total: 0 })).toEqual({ label: 'predictCase: predict', done: 1, total: 1 });
});

test('on a terminal a training is a bar with charts, redrawn in place and kept to the width', () => {
  const texts: string[] = [];
  const progress = progressPrinter({ write: (text) => texts.push(text), isTTY: true, columns: 70 }, { unicode: true, now: () => 0 });
  progress.step(stepOf('train', training));
  progress.line('a note');
  progress.step({ label: 'predict', done: 1, total: 4 });
  progress.end();
  const block = [
    'train: epoch [#######-----------------] 3/10 16 min left',
    '  loss             █▁  0.250',
    '  validation Dice  ▁█  0.750',
    '  train 125/250, 0.50 s a step, 3 % of it waiting, resumed from epoch',
  ].join('\n');
  const line = '\r\u001b[2K';
  const clear = `${line}${'\u001b[1A\u001b[2K'.repeat(3)}`;
  expect(texts).toEqual([`${line}${block}`, `${clear}a note\n${block}`, `${clear}predict [######------------------] 1/4`, '\n']);
});

test('without a terminal a training is one line for each tenth and each epoch, whose figures are those of its end', () => {
  const texts: string[] = [];
  const progress = progressPrinter({ write: (text) => texts.push(text) }, { unicode: true, now: () => 0 });
  progress.step(stepOf('train', training));
  progress.step(stepOf('train', { ...training, done: 126 }));
  progress.step(stepOf('train', { ...training, done: 250 }));
  progress.step(stepOf('train', { ...training, done: 250, loss: 0.2, epochEnded: true }));
  // A campaign's state is asked for again and again.
  progress.step(stepOf('train', { ...training, done: 250, loss: 0.2, epochEnded: true }));
  progress.step(stepOf('train', { ...training, done: 1, epoch: 4 }));
  progress.step(stepOf('train', { ...training, done: 250, epoch: 10 }));
  expect(texts).toEqual([
    'train: epoch 3/10 loss 0.250, validation Dice 0.750, train 125/250, 0.50 s a step, 3 % of it waiting, resumed from epoch 1, 16 min left\n',
    'train: epoch 3/10 loss 0.200, validation Dice 0.750, train 250/250, 0.50 s a step, 3 % of it waiting, resumed from epoch 1, 15 min left\n',
    'train: epoch 10/10 loss 0.250, validation Dice 0.750, train 250/250, 0.50 s a step, 3 % of it waiting, resumed from epoch 1\n',
  ]);
});

test('a step without curves keeps its one line', () => {
  expect(formatStep({ label: 'fetch', done: 1, total: 2, detail: '14 MB' }, { unicode: true, secondsLeft: 30 })).toEqual(['fetch [############------------] 1/2 30 s left, 14 MB']);
});
