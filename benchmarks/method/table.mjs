// The runs as markdown.
import { bootstrapInterval } from '@geoscribe/model';
import { commit, machine } from '../shared/machine.mjs';

const three = (value) => value.toFixed(3).replace(/^0/, '');
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @param {string} command */
export function markdown(runs, command) {
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const names = [...new Set(runs.map(({ arm }) => arm))];
  const lines = names.map((name) => row(name, runs, seeds));
  return [
    `${machine()}; commit ${commit('method')}; \`${command}\`.`,
    '',
    `| arm | ${seeds.map((seed) => `seed ${seed}`).join(' | ')} | mean | gap closed | pseudo labels (weighted) | voxels marked |`,
    `|${'---|'.repeat(seeds.length + 5)}`,
    ...lines,
    '',
  ].join('\n');
}

function row(name, runs, seeds) {
  const own = (seed) => runs.find((run) => run.arm === name && run.seed === seed);
  const last = (run) => run.iterations.at(-1);
  const dice = seeds.map((seed) => last(own(seed)).meanDice);
  const perCase = seeds.flatMap((seed) => caseDice(last(own(seed))));
  const { low, high } = bootstrapInterval(perCase, { seed: 0 });
  const pseudo = seeds.map((seed) => last(own(seed)).pseudoLabels).filter((quality) => quality !== null);
  const { effort } = own(seeds[0]);
  return `| ${[
    name,
    ...dice.map(three),
    `${three(mean(dice))} (${three(low)} to ${three(high)})`,
    gapClosed(runs, seeds, mean(dice)),
    pseudo.length === 0 ? '-' : `${three(mean(pseudo.map(({ after }) => after)))} (${three(mean(pseudo.map(({ afterWeighted }) => afterWeighted)))})`,
    effort === undefined ? '-' : `${(100 * mean(seeds.map((seed) => own(seed).effort.markedShare))).toFixed(3)} %`,
  ].join(' | ')} |`;
}

/** Mean foreground Dice of every case that has one. */
function caseDice({ cases }) {
  return cases.flatMap(({ dice }) => {
    const defined = Object.values(dice).filter((value) => value !== null);
    return defined.length === 0 ? [] : [mean(defined)];
  });
}

function gapClosed(runs, seeds, dice) {
  const of = (name) => runs.filter((run) => run.arm === name && seeds.includes(run.seed)).map((run) => run.iterations.at(-1).meanDice);
  const [low, high] = [of('preliminary'), of('full')];
  return high.length < seeds.length ? '-' : `${Math.round((100 * (dice - mean(low))) / (mean(high) - mean(low)))} %`;
}

/** What rules make of one prediction. */
export function liverTable(rows, command) {
  const four = (value) => (value === undefined ? '-' : value.toFixed(4));
  const share = (value) => (value === undefined ? '-' : `${(100 * value).toFixed(0)} %`);
  return [
    `${machine()}; commit ${commit('method')}; \`${command}\`.`,
    '',
    '| rule | Dice | weighted | wrong voxels mended | right voxels broken |',
    '|---|---|---|---|---|',
    ...rows.map(({ rule, dice, weighted, mended, broken }) => `| ${[rule, four(dice), four(weighted), share(mended), share(broken)].join(' | ')} |`),
    '',
  ].join('\n');
}

/** Mean over the seeds; the pair that the cases for choosing prefer stands in bold. */
export function calibrationTable(rows, command) {
  const pairs = [...new Set(rows.map(({ beta, reach }) => `${beta} ${reach}`))].map((pair) => {
    const own = rows.filter(({ beta, reach }) => `${beta} ${reach}` === pair);
    const over = (role, field) => mean(own.map((row) => row[role][field]));
    return { ...own[0], choosing: over('choosing', 'after'), scribbled: over('scribbled', 'after'), weighted: over('scribbled', 'afterWeighted') };
  });
  const best = Math.max(...pairs.map(({ choosing }) => choosing));
  return [
    `${machine()}; commit ${commit('method')}; \`${command}\`.`,
    '',
    '| beta | reach | pseudo labels of the cases for choosing | of the scribbled cases (weighted) |',
    '|---|---|---|---|',
    ...pairs.map(({ beta, reach, choosing, scribbled, weighted }) => {
      const four = (value) => (choosing === best ? `**${value.toFixed(4)}**` : value.toFixed(4));
      return `| ${beta} | x ${reach} | ${four(choosing)} | ${four(scribbled)} (${weighted.toFixed(4)}) |`;
    }),
    '',
  ].join('\n');
}
