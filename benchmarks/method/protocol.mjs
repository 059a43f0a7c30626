// Which case has which role. Test cases are the same for every seed and never choose anything.
import { counterRandom } from '@geoscribe/model';

/** Seed of the one shuffle that sets the test cases apart. */
const testSeed = 20_251_125;

/** Groups of the hippocampus data. */
const sizes = { test: 50, full: 5, scribbled: 25 };

function shuffled(ids, seed) {
  const order = [...ids].sort();
  const random = counterRandom(seed);
  for (let last = order.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/**
 * Roles of hippocampus cases: 50 for test whatever the seed, and of the others, shuffled by the seed, 5 fully labelled, 25
 * scribbled and the rest (20) for choosing.
 */
export function hippocampusRoles(ids, seed) {
  const [test, pool] = split(shuffled(ids, testSeed), sizes.test);
  const [full, others] = split(shuffled(pool, seed), sizes.full);
  const [scribbled, choosing] = split(others, sizes.scribbled);
  return { full, scribbled, choosing, test };
}

/**
 * Roles of cardiac cases: whole patients (two phases each), 3 of 10 for test whatever the seed, 1 for choosing, 6
 * scribbled.
 */
export function cardiacRoles(ids, seed) {
  const patientOf = (id) => id.split('_')[0];
  const [test, pool] = split(shuffled(new Set(ids.map(patientOf)), testSeed), 3);
  const [choosing, scribbled] = split(shuffled(pool, seed), 1);
  const casesOf = (patients) => [...ids].filter((id) => patients.includes(patientOf(id))).sort();
  return { full: [], scribbled: casesOf(scribbled), choosing: casesOf(choosing), test: casesOf(test) };
}

function split(list, count) {
  return [list.slice(0, count).sort(), list.slice(count).sort()];
}
