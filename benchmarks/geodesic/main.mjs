#!/usr/bin/env node
// The geodesic transform beside public tools; see `usage`.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findPythonEnvironment, installPythonEnvironment } from '../../tools/python-environment.mjs';
import { givenCommand, runBenchmark, UsageError } from '../shared/command-line.mjs';
import { measureExtras } from './extras.mjs';
import { measureOurs } from './ours.mjs';
import { measurePeers } from './peers.mjs';
import { makePhantom, phantomNames } from './phantoms/index.mjs';
import { peerDeadlineMinutes } from './settings.mjs';
import { markdown } from './table.mjs';

const usage = `usage: npm run bench:geodesic -- [options]

Times the geodesic transform on phantoms: ours by tiles, bucket queue and heap, on one thread and on all, and what public
tools are there. w_d 0.01, w_g 1, w_p 0.1, cutoff 5, 6 neighbours, all classes of a phantom, the smoothed image without
gate. Prints tables in markdown; progress goes to stderr.

  --json             one JSON array on stdout and nothing else; the tables go to stderr
  --phantoms a,b     of ${phantomNames.join(', ')}; default all (liver: where its data are present)
  --runs N           timed runs of each of ours, after one that warms up; default 7
  --peers none|all   none: ours only; all: installs the peers first (Python, about 6 GB under .toolchain);
                     default: those that are installed
  --help

peak MiB: greatest resident memory beyond that with inputs and touched outputs in memory. x heap, x bucket: how many times
faster than the heap and the bucket queue on one thread. Errors: over all voxels reached, distances cut at the cutoff.
`;

function readOptions() {
  let values;
  try {
    ({ values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
        phantoms: { type: 'string' }, runs: { type: 'string', default: '7' }, peers: { type: 'string', default: 'installed' },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const phantoms = values.phantoms?.split(',') ?? phantomNames;
  const unknown = phantoms.find((name) => !phantomNames.includes(name));
  if (unknown !== undefined) throw new UsageError(`--phantoms: expected names of ${phantomNames.join(', ')} but received "${unknown}"`);
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new UsageError(`--runs: expected a whole number from 1 but received "${values.runs}"`);
  if (!['none', 'all', 'installed'].includes(values.peers)) throw new UsageError(`--peers: expected none or all but received "${values.peers}"`);
  return { ...values, runs, phantoms: phantomNames.filter((name) => phantoms.includes(name)) };
}

const say = (line) => process.stderr.write(`bench  ${line}\n`);

/** Ours on every phantom, and the phantoms on disk for the peers. */
async function runOurs({ phantoms, runs }, folderOf) {
  const results = { rows: [], phantoms: {}, extras: [] };
  for (const name of phantoms) {
    say(`${name}: making the phantom`);
    const phantom = await makePhantom(name);
    if (phantom === null) {
      say(`${name}: left out, its data are not there (../shared/data)`);
      continue;
    }
    results.rows.push(...(await measureOurs(phantom, { runs, folder: folderOf(name), say })));
    results.extras.push(...(await measureExtras(phantom, runs)));
    results.phantoms[name] = `${phantom.dims.join(' x ')} voxels of ${phantom.spacing.join(' x ')} mm, ${phantom.classes} classes`;
  }
  return results;
}

async function main(options) {
  const deadline = performance.now() + 60_000 * peerDeadlineMinutes;
  const peers = options.peers === 'none' ? null : options.peers === 'all' ? installPythonEnvironment('peers', { log: say }) : findPythonEnvironment('peers');
  const toolchain = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.toolchain');
  mkdirSync(toolchain, { recursive: true });
  const scratch = mkdtempSync(join(toolchain, 'geodesic-bench-'));
  const clean = () => rmSync(scratch, { recursive: true, force: true });
  process.once('exit', clean);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

  const folderOf = (phantom) => join(scratch, phantom);
  const results = await runOurs(options, folderOf);
  const made = Object.keys(results.phantoms);
  if (peers) results.rows.push(...(await measurePeers({ phantoms: made, folderOf, ...peers, deadline, say })));
  else if (options.peers === 'installed') say('no peers: run with `--peers all` to install them');
  results.rows.sort((a, b) => made.indexOf(a.phantom) - made.indexOf(b.phantom));

  const tables = markdown(results, givenCommand('bench:geodesic'));
  if (options.json) process.stderr.write(tables);
  process.stdout.write(options.json ? `${JSON.stringify(results.rows, null, 2)}\n` : tables);
}

await runBenchmark(usage, readOptions, main);
