import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearestNames } from '../src/config/nearest-names.js';

const word = fc.string({ maxLength: 8 });

test('the edit distance is a metric', () => {
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, b) === 0).toBe(a === b);
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});

test('known distances', () => {
  expect(editDistance('kitten', 'sitting')).toBe(3);
  expect(editDistance('', 'abc')).toBe(3);
});

test('a slip of the pen finds its word first; something else finds none', () => {
  expect(nearestNames('itterations', ['epochs', 'iterations', 'learningRate'])).toEqual(['iterations']);
  expect(nearestNames('THREADS', ['threads', 'seed'])).toEqual(['threads']);
  expect(nearestNames('wandb', ['epochs', 'iterations'])).toEqual([]);
});
