import { join } from 'node:path';
import type { ImportedCase } from '@geoscribe/campaign';
import { contentKey } from '@geoscribe/core-io/node';
import type { EngineContext } from '../engine/engine-context.js';
import { importCase, type DatasetFolder } from '../engine/import-case.js';

/**
 * Labelled cases of a data set, read and checked unless files of the same content were before.
 *
 * Errors: as `importCase`.
 * Cost: hashes every file; reads those that are new.
 */
export async function importCases(
  input: DatasetFolder & { ids: readonly string[]; trustImageGeometry: boolean },
  { store, pointers, signal, progress }: EngineContext,
): Promise<ImportedCase[]> {
  const { dir, listing, ids, trustImageGeometry } = input;
  const cases: ImportedCase[] = [];
  for (const id of ids) {
    signal.throwIfAborted();
    const { images = [], label } = listing.cases.find((entry) => entry.id === id) ?? {};
    const files = await Promise.all([...images, ...(label === undefined ? [] : [label])].map((file) => store.putFile(join(dir, file), 'volume')));
    const key = contentKey({ files: files.map(({ sha256 }) => sha256), description: listing.description, trustImageGeometry });
    const known = await pointers.read('imported', key);
    const imported = known ?? (await importCase({ dir, listing, caseId: id, trustImageGeometry, needsLabel: true }, store));
    if (known === null) await pointers.write('imported', key, imported);
    cases.push({ ...imported, id });
    progress({ step: 'read', done: cases.length, total: ids.length });
  }
  return cases;
}
