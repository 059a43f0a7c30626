import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { skeletonize } from '../../src/morphology/skeletonize.js';

/** OpenCV's recorded result; tool, version and command are in the fixture. */
const fixture = JSON.parse(readFileSync(new URL('../fixtures/skeleton.json', import.meta.url), 'utf8')) as {
  cases: { shape: [number, number]; mask: string; skeleton: string }[];
};

const digits = (text: string): Uint8Array => Uint8Array.from(text, Number);

describe('skeletonize', () => {
  it.each(fixture.cases.map((c, k) => [k, c] as const))('equals OpenCV on mask %i', (_k, c) => {
    expect(skeletonize({ mask: digits(c.mask), shape: c.shape })).toEqual(digits(c.skeleton));
  });

  it('is empty for an empty mask and keeps a line one pixel wide', () => {
    expect(skeletonize({ mask: new Uint8Array(12), shape: [3, 4] })).toEqual(new Uint8Array(12));
    const line = Uint8Array.from([0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0]);
    expect(skeletonize({ mask: line, shape: [3, 5] })).toEqual(line);
  });
});
