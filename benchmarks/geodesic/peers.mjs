// The peers, one after the other on every phantom.
import { performance } from 'node:perf_hooks';
import { allThreads, peerGiB, peerSeconds } from './settings.mjs';
import { runPeer } from './peer-process.mjs';

const peers = [
  { implementation: 'fastgeodis', script: 'fastgeodis.py', threads: allThreads },
  { implementation: 'scipy-csgraph', script: 'scipy_csgraph.py', threads: 1 },
  { implementation: 'dijkstra3d', script: 'dijkstra3d_field.py', threads: 1 },
  { implementation: 'skimage-mcp', script: 'skimage_mcp.py', threads: 1 },
  { implementation: 'itk-fastmarching', script: 'itk_fastmarching.py', threads: 1 },
];

const nothing = { seconds: null, peakMiB: null, maxError: null, meanError: null };

/** With less time than this a peer is not started. */
const leastSeconds = 15;

/**
 * @param {object} options
 * @param {string[]} options.phantoms names, in order
 * @param {(phantom: string) => string} options.folderOf where problem-folder.mjs wrote a phantom
 * @param {string} options.python executable of the peers' environment
 * @param {Record<string, string>} options.failures why an implementation could not be installed
 * @param {number} options.deadline `performance.now()` at which everything stops
 * @param {(line: string) => void} options.say
 * @returns rows of the benchmark
 */
export async function measurePeers({ phantoms, folderOf, python, failures, deadline, say }) {
  const exceeded = {};
  const rows = [];
  for (const phantom of phantoms) {
    for (const { implementation, script, threads } of peers) {
      const row = (figures) => rows.push({ phantom, implementation, threads, ...nothing, ...figures });
      const left = (deadline - performance.now()) / 1000;
      if (failures[implementation]) row({ note: `not built: ${failures[implementation]}` });
      else if (exceeded[implementation] && phantom !== 'mr') row({ note: `mr only: ${exceeded[implementation]}` });
      else if (left < leastSeconds) row({ note: "left out: the benchmark's time was used up" });
      else {
        const seconds = phantom === 'mr' ? 2 * peerSeconds : peerSeconds;
        const { exceeded: limit, ...result } = await runPeer({ python, script, folder: folderOf(phantom), threads, seconds, secondsLeft: left, gib: peerGiB });
        if (limit && phantom !== 'mr') exceeded[implementation] = `${limit} on ${phantom}`;
        const notes = [limit && `stopped: ${limit}`, limit && phantom !== 'mr' && 'runs on mr only', result.note,
          phantom === 'mr' && exceeded[implementation] && `mr only: ${exceeded[implementation]}`];
        row({ ...result, note: notes.filter(Boolean).join('; ') });
      }
      const { seconds, note } = rows.at(-1);
      say(`${phantom}: ${implementation}, threads ${threads}: ${seconds === null ? note : `${seconds.toFixed(3)} s`}`);
    }
  }
  return rows;
}
