// Figures that are no rows of the comparison: the whole pseudo label, 26 neighbours, an edit of a session.
import { GeodesicSession, geodesicDistance, pseudoLabel } from '@geoscribe/geodesic-native';
import { median } from '../shared/median.mjs';
import { allThreads, cutoff, weights } from './settings.mjs';
import { distanceProblem, timed, touchedOutputs } from './transform.mjs';

async function medianOf(runs, start) {
  const seconds = [];
  await start();
  for (let run = 0; run < runs; run += 1) seconds.push(await timed(start));
  return median(seconds);
}

function labelProblem({ dims, spacing, raw, probability, classes, seeds, originLabel }) {
  return {
    dims, spacing, image: raw, probability, classes, seeds, originLabel, cutoff, threads: allThreads,
    distanceWeight: weights.distance, gradientWeight: weights.gradient, probabilityWeight: weights.probability,
  };
}

/** The pseudo label with smoothing, gate, checks, label, confidence and edge bands, and its share that is not transform. */
async function wholeLabel(phantom, runs) {
  const n = phantom.image.length;
  const outputs = { pseudoLabel: new Uint8Array(n).fill(1), confidence: new Float32Array(n).fill(1), focus: new Uint8Array(n).fill(1) };
  const distances = touchedOutputs(phantom);
  const whole = await medianOf(runs, () => pseudoLabel({ ...labelProblem(phantom), outputs }));
  const ungated = await medianOf(runs, () => pseudoLabel({ ...labelProblem(phantom), gate: 'none', outputs }));
  const transform = await medianOf(runs, () => geodesicDistance({ ...distanceProblem(phantom), threads: allThreads, outputs: distances }));
  const about = `${phantom.name}, ${phantom.classes} classes, ${allThreads} threads`;
  return [
    { figure: 'whole pseudo label', seconds: whole, note: `${about}; smoothing, robust gate, checks, label, confidence, bands` },
    { figure: 'whole pseudo label, no gate', seconds: ungated, note: about },
    { figure: 'of it beside the transform', seconds: ungated - transform, note: `the line above less the transform, ${transform.toPrecision(3)} s` },
  ];
}

/** FastGeodis' problem, exactly: compare with its row, which is three calls. */
async function allNeighbours(phantom, runs) {
  const problem = distanceProblem(phantom);
  const classes = problem.classes.map(({ seedClass }) => ({ seedClass }));
  const outputs = touchedOutputs(phantom);
  const options = { ...problem, classes, neighbours: 26, weights: { ...weights, probability: 0 }, threads: allThreads, outputs };
  const seconds = await medianOf(runs, () => geodesicDistance(options));
  const note = `${phantom.name}, ${phantom.classes} classes, ${allThreads} threads`;
  return [{ figure: "FastGeodis' problem: 26 neighbours, w_p = 0", seconds, note, peer: { phantom: phantom.name, implementation: 'fastgeodis' } }];
}

/** Strokes of 30 voxels along x at places where the network sees the liver's surface. */
function strokesAtSurface({ dims, image, probability, seeds }, count) {
  const n = image.length;
  const places = [];
  for (let v = 0; v < n; v += 1) {
    const p = probability[n + v];
    if (p > 0.4 && p < 0.6 && seeds[v] === 255 && v % dims[0] < dims[0] - 30) places.push(v);
  }
  return Array.from({ length: count }, (_, k) => {
    const begin = places[Math.floor(((k + 0.5) * places.length) / count)];
    return { seed: k % 2, voxels: Uint32Array.from({ length: 30 }, (_, i) => begin + i) };
  });
}

async function sessionEdits(phantom) {
  let session;
  const open = await timed(async () => (session = await GeodesicSession.open(labelProblem(phantom))));
  const [warm, ...edits] = strokesAtSurface(phantom, 12);
  await session.draw(warm);
  const seconds = [];
  for (const edit of edits) seconds.push(await timed(() => session.draw(edit)));
  session.close();
  const worst = Math.max(...seconds);
  return [
    { figure: 'session opened', seconds: open, note: `${phantom.name}, ${phantom.classes} classes, ${allThreads} threads` },
    { figure: 'one stroke added to a session', seconds: median(seconds), note: `${phantom.name}; 30 voxels, median of ${edits.length} strokes, slowest ${worst.toPrecision(3)} s` },
  ];
}

/** @returns {Promise<import('./table.mjs').Figure[]>} */
export async function measureExtras(phantom, runs) {
  if (phantom.name === 'ct') return [...(await wholeLabel(phantom, runs)), ...(await allNeighbours(phantom, Math.min(3, runs)))];
  if (phantom.name === 'liver') return [...(await wholeLabel(phantom, runs)), ...(await sessionEdits(phantom))];
  return [];
}
