#!/usr/bin/env node
// Training, prediction, preprocessing and surface metrics beside nnU-Net; see `usage`.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installPythonEnvironment } from '../../tools/python-environment.mjs';
import { givenCommand, runBenchmark, UsageError } from '../shared/command-line.mjs';
import { measure } from './contest.mjs';
import { environmentOf } from './settings.mjs';
import { markdown } from './table.mjs';
import { works } from './works.mjs';

const names = works.map(({ work }) => work);
const usage = `usage: npm run bench:engine -- [options]

Times the engine beside nnU-Net v2 on one input for each work: a training step of one network and batch, the prediction of a
case, the preprocessing of a case, the surface metrics of a label. Every implementation has a process of its own; they run in
turns, and a result that differs is an error. The first run installs nnU-Net with torch (about 6 GB under .toolchain).
Prints tables in markdown; progress goes to stderr.

  --json          one JSON array on stdout and nothing else; the tables go to stderr
  --works a,b     of ${names.join(', ')}; default all
  --isa avx2      hold both implementations to AVX2
  --help

seconds: median. peak MiB: greatest resident memory of the process beyond that with libraries, inputs and
network in memory.
`;

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
        works: { type: 'string' }, isa: { type: 'string' },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const chosen = values.works?.split(',') ?? names;
  const unknown = chosen.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new UsageError(`--works: expected names of ${names.join(', ')} but received "${unknown}"`);
  if (values.isa !== undefined && values.isa !== 'avx2') throw new UsageError(`--isa: expected avx2 but received "${values.isa}"`);
  return { ...values, works: works.filter(({ work }) => chosen.includes(work)) };
}

const say = (line) => process.stderr.write(`bench  ${line}\n`);

async function main(options) {
  const { python, failures } = installPythonEnvironment('nnunetv2', { log: say });
  if (failures.nnunetv2) throw new Error(`The peer nnunetv2 could not be installed: ${failures.nnunetv2}`);
  const toolchain = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.toolchain');
  mkdirSync(toolchain, { recursive: true });
  const scratch = mkdtempSync(join(toolchain, 'engine-bench-'));
  process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const rows = [];
  for (const work of options.works) {
    const folder = join(scratch, work.work);
    const input = await work.make(folder);
    say(`${work.work}: ${input}`);
    rows.push(...(await measure(work, { folder, input, python, environment: environmentOf(options.isa), say })));
    rmSync(folder, { recursive: true });
  }
  const tables = markdown(rows, givenCommand('bench:engine'));
  if (options.json) process.stderr.write(tables);
  const json = rows.map(({ work, input, implementation, precision, seconds, peakMiB }) => ({ work, input, implementation, precision, seconds, peakMiB }));
  process.stdout.write(options.json ? `${JSON.stringify(json, null, 2)}\n` : tables);
}

await runBenchmark(usage, readOptions, main);
