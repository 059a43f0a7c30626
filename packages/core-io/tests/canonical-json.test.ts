import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from '../src/index.js';
import { errorOf } from './helpers/error-of.js';

test('keys are sorted at every depth, undefined is left out', () => {
  expect(canonicalJson({ b: [{ z: 1, y: 'é' }], a: null, c: undefined, B: true })).toBe('{"B":true,"a":null,"b":[{"y":"é","z":1}]}');
});

test('parses back to the same value, whatever the order of its keys', () => {
  const reversed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(reversed);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).reverse().map(([key, item]) => [key, reversed(item)]));
  };
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
    }),
  );
});

test.each([
  ['$.a[1]', { a: [1, NaN] }],
  ['$.d', { d: new Date(0) }],
  ['$[0]', [undefined]],
  ['$', new Uint8Array(1)],
  ['$.f', { f: () => 1 }],
])('what JSON cannot carry is an error at %s', (place, value) => {
  const error = errorOf(() => canonicalJson(value));
  expect(error.code).toBe('InvalidArgumentError');
  expect(error.detail.field).toBe(place);
});
