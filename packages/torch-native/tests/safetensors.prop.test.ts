import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '../src/index.js';
import type { NamedTensor } from '../src/index.js';

const name = fc.string({ unit: 'grapheme', maxLength: 12 }).filter((text) => text !== '__metadata__');
const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
const tensor: fc.Arbitrary<NamedTensor> = fc.tuple(name, shape).chain(([text, sizes]) => {
  const length = sizes.reduce((count, size) => count * size, 1);
  return fc.float32Array({ minLength: length, maxLength: length }).map((data) => ({ name: text, shape: sizes, data }));
});
const tensors = fc.uniqueArray(tensor, { selector: (entry) => entry.name, maxLength: 6 });
const metadata = fc.dictionary(fc.string({ maxLength: 8 }), fc.string({ unit: 'grapheme' }), { maxKeys: 4, noNullPrototype: true });
const byName = (a: NamedTensor, b: NamedTensor) => (a.name < b.name ? -1 : 1);

describe('safetensors', () => {
  it('reads back what it wrote, bit for bit', () => {
    fc.assert(
      fc.property(tensors, metadata, (given, notes) => {
        const decoded = decodeSafetensors(encodeSafetensors(given, notes), { file: 'any' });
        expect([...decoded.tensors].sort(byName)).toEqual([...given].sort(byName));
        expect({ ...decoded.metadata }).toEqual({ ...notes });
      }),
    );
  });

  it('gives the same bytes for the same tensors in any order', () => {
    fc.assert(
      fc.property(tensors, metadata, (given, notes) => {
        const turned = Object.fromEntries(Object.entries(notes).reverse());
        expect(encodeSafetensors([...given].reverse(), turned)).toEqual(encodeSafetensors(given, notes));
      }),
    );
  });

  it('never reads a shortened file', () => {
    fc.assert(
      fc.property(tensors, fc.nat(), (given, cut) => {
        const bytes = encodeSafetensors(given);
        const short = bytes.slice(0, cut % bytes.length);
        expect(() => decodeSafetensors(short, { file: 'short' })).toThrow(expect.objectContaining({ code: 'InvalidCheckpointError' }));
      }),
    );
  });
});
