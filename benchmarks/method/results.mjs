// Finished runs as JSON files: a run is never done again.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { contentKey, writeAtomically } from '@geoscribe/core-io/node';

export function openResults(folder) {
  const root = join(folder, 'results');
  const fileOf = ({ data, seed, role, arm, ...parts }) =>
    join(root, `${data}-seed${seed}-${role}-${arm.name}-${contentKey({ arm, ...parts }).slice(0, 12)}.json`);
  return {
    /** The finished run of that key, or null. */
    read(key) {
      const file = fileOf(key);
      return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
    },
    async write(key, run) {
      await mkdir(root, { recursive: true });
      await writeAtomically(fileOf(key), Buffer.from(JSON.stringify(run)));
    },
    list: () => (existsSync(root) ? readdirSync(root) : []),
  };
}
