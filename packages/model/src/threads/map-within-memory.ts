/**
 * Does work for every item, several at a time, as long as their memory together stays within a budget.
 *
 * Items begin in their order; one that alone exceeds the budget is done alone. After an error no further item begins.
 *
 * @param options.atOnce most items at a time.
 * @param options.bytesOf memory that an item takes while it is worked on.
 * @param options.budget bytes.
 * @returns results in the order of the items.
 * @throws the first error of the work.
 */
export async function mapWithinMemory<Item, Result>(
  items: readonly Item[],
  options: { atOnce: number; bytesOf: (item: Item) => number; budget: number },
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const { atOnce, bytesOf, budget } = options;
  const results: Result[] = [];
  let next = 0;
  let running = 0;
  let held = 0;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      next = items.length;
      reject(error as Error);
    };
    const advance = (): void => {
      if (next === items.length && running === 0) resolve(results);
      while (next < items.length && running < atOnce) {
        const bytes = bytesOf(items[next]!);
        if (running > 0 && held + bytes > budget) return;
        const index = next++;
        running++;
        held += bytes;
        work(items[index]!, index).then((result) => {
          results[index] = result;
          running--;
          held -= bytes;
          advance();
        }, fail);
      }
    };
    advance();
  });
}
