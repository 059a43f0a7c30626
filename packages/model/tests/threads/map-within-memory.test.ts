import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mapWithinMemory } from '../../src/threads/map-within-memory.js';

/** Turns of the event loop: work of different length without a clock. */
async function turns(count: number): Promise<void> {
  for (let k = 0; k < count; k++) await Promise.resolve();
}

describe('mapWithinMemory', () => {
  it('keeps the order, never exceeds number or budget, and does a too large item alone', async () => {
    const sizes = fc.array(fc.record({ bytes: fc.integer({ min: 1, max: 15 }), length: fc.integer({ min: 0, max: 9 }) }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 4 }), async (items, atOnce) => {
        const running = new Set<number>();
        const results = await mapWithinMemory(items, { atOnce, bytesOf: ({ bytes }) => bytes, budget: 10 }, async ({ length }, index) => {
          running.add(index);
          expect(running.size).toBeLessThanOrEqual(atOnce);
          const held = [...running].reduce((sum, k) => sum + items[k]!.bytes, 0);
          expect(held <= 10 || running.size === 1).toBe(true);
          await turns(length);
          running.delete(index);
          return index;
        });
        expect(results).toEqual(items.map((_, index) => index));
      }),
    );
  });

  it('begins nothing more after an error', async () => {
    const begun: number[] = [];
    const work = async (item: number): Promise<void> => {
      begun.push(item);
      await turns(2);
      if (item === 1) throw new Error('item 1');
    };
    await expect(mapWithinMemory([0, 1, 2, 3, 4, 5], { atOnce: 1, bytesOf: () => 1, budget: 9 }, work)).rejects.toThrow('item 1');
    await turns(20);
    expect(begun).toEqual([0, 1]);
  });
});
