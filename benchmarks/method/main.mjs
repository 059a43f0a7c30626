#!/usr/bin/env node
// The method beside its rivals on real data; see `usage`.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { givenCommand, runBenchmark, UsageError } from '../shared/command-line.mjs';
import { arms } from './arms.mjs';
import { calibrate } from './calibrate.mjs';
import { datasets } from './datasets.mjs';
import { liver } from './liver.mjs';
import { openResults } from './results.mjs';
import { runSeed } from './run-seed.mjs';
import { calibrationTable, liverTable, markdown } from './table.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const usage = `usage: npm run bench:method -- [options]

Trains the method, its rivals and its ablations on real data and prints a table. Finished runs are kept and not repeated.

  --data NAME        hippocampus (default) or acdc, of ../shared/data
  --seeds 0,1,2      seeds; a seed decides the roles of the cases and everything random
  --arms a,b         of ${arms.map(({ name }) => name).join(', ')},
                     or the groups base and ablation; default base
  --calibrate        no training: strength and reach of a stroke chosen on the cases for choosing, and what the choice does
                     to the scribbled ones
  --liver            no training: what rules make of one liver CT, 10 strokes and another system's prediction
  --on ROLE          choosing (default) or test: whose Dice is measured. Test cases choose nothing.
  --precision P      float32, bfloat16 or auto (default)
  --folder DIR       store and results; default .geoscribe/method
  --root DIR         folder of the data; default ../shared/data
  --json             one JSON array of all runs on stdout and nothing else
  --help
`;

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        data: { type: 'string', default: 'hippocampus' }, seeds: { type: 'string', default: '0,1,2' },
        arms: { type: 'string', default: 'base' }, on: { type: 'string', default: 'choosing' },
        precision: { type: 'string', default: 'auto' }, folder: { type: 'string', default: join(root, '.geoscribe', 'method') },
        root: { type: 'string', default: join(root, '..', 'shared', 'data') },
        calibrate: { type: 'boolean', default: false }, liver: { type: 'boolean', default: false }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const wanted = values.arms.split(',');
  const unknown = wanted.find((name) => !arms.some((arm) => arm.name === name || arm.group === name));
  if (unknown !== undefined) throw new UsageError(`--arms: no arm or group "${unknown}"`);
  const seeds = values.seeds.split(',').map(Number);
  if (!seeds.every((seed) => Number.isInteger(seed) && seed >= 0)) throw new UsageError(`--seeds: expected whole numbers but received "${values.seeds}"`);
  if (!Object.hasOwn(datasets, values.data)) throw new UsageError(`--data: expected ${Object.keys(datasets).join(' or ')} but received "${values.data}"`);
  if (!['choosing', 'test'].includes(values.on)) throw new UsageError(`--on: expected choosing or test but received "${values.on}"`);
  if (!existsSync(values.root)) throw new UsageError(`--root: no folder ${values.root}`);
  return { ...values, seeds, arms: arms.filter(({ name, group }) => wanted.includes(name) || wanted.includes(group)) };
}

async function main(options) {
  const started = performance.now();
  const say = (line) => process.stderr.write(`method ${String(Math.round((performance.now() - started) / 1000)).padStart(5)} s  ${line}\n`);
  const { rows, tableOf } = await (options.liver ? onLiver(options, say) : onSeeds(options, say));
  const table = tableOf(rows, givenCommand('bench:method'));
  if (options.json) process.stderr.write(table);
  process.stdout.write(options.json ? `${JSON.stringify(rows, null, 2)}\n` : table);
}

async function onLiver({ root: data }, say) {
  return { rows: await liver({ root: data, strokes: 10, say }), tableOf: liverTable };
}

async function onSeeds(options, say) {
  const dataset = await datasets[options.data](options.root);
  const results = openResults(options.folder);
  const work = options.calibrate ? calibrate : runSeed;
  const rows = [];
  for (const seed of options.seeds) rows.push(...(await work({ ...options, dataset, seed, results, say })));
  return { rows, tableOf: options.calibrate ? calibrationTable : markdown };
}

await runBenchmark(usage, readOptions, main);
