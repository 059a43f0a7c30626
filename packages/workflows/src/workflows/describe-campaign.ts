import { counted, grouped, propagationInWords, type CampaignStatus, type PropagationStatistics } from '@geoscribe/campaign';

/** Cases in the table of the geodesic step: more would hide the rest of the page. */
const shownCases = 30;

/** A campaign as Markdown, for the workflow's page: where it is, what it waits for, what its steps gave. */
export function describeCampaign(status: CampaignStatus, labels: readonly string[]): string {
  const { counts, rows } = status;
  const parts = [
    [
      `**${status.stage}**, iteration ${status.iteration} of ${status.iterations}`,
      `Scribbled cases: ${counts.scribbles} with scribbles, ${counts['no-error']} without error, ${counts.pending} pending, ${counts.skipped + counts.unseen} unseen, ${counts.failed} set aside.`,
      ...(status.waiting
        ? [
            `Waiting for a person. \`geoscribe scribbles complete ${status.name}\` or the signal \`scribblesComplete\` goes on; open cases then count as seen by nobody.`,
          ]
        : []),
    ].join('\n'),
    rows.length === 0 ? '' : table(['network', 'mean Dice'], rows.map((row) => [row.method, row.meanDice.toFixed(3)])),
    describePropagation(status, labels),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Totals of every iteration, then the newest iteration by case, those with the most flipped voxels first. */
function describePropagation({ cases, propagations }: CampaignStatus, labels: readonly string[]): string {
  const last = propagations.at(-1);
  if (last === undefined) return '';
  const propagated = cases
    .flatMap(({ id, review, propagation }) => (propagation === undefined ? [] : [{ id, review, propagation }]))
    .sort((a, b) => b.propagation.flippedVoxels - a.propagation.flippedVoxels);
  const shown = propagated.slice(0, shownCases);
  const reached = `reached voxels: ${labels.join(' / ')}`;
  return [
    '**Geodesic step**, sums over the cases. Reached: within the cutoff of a class\'s scribbles. Flipped: another label than the first network\'s.',
    table(
      ['iteration', 'cases', reached, 'flipped voxels', 'seconds'],
      propagations.map((entry) => [
        String(entry.iteration),
        String(entry.cases),
        byClass(entry.reachedVoxels),
        grouped(entry.flippedVoxels),
        entry.seconds.toFixed(2),
      ]),
    ),
    `Iteration ${last.iteration} by case: ${propagationInWords(last)}.`,
    table(
      ['case', 'review', 'focus area', reached, 'flipped voxels', 'seconds'],
      shown.map(({ id, review, propagation }) => [id, review, ...caseCells(propagation)]),
    ),
    propagated.length > shown.length ? `… and ${counted(propagated.length - shown.length, 'case')} with fewer flipped voxels.` : '',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function caseCells({ focusFraction, reachedVoxels, flippedVoxels, seconds }: PropagationStatistics): string[] {
  return [`${(100 * focusFraction).toFixed(1)} %`, byClass(reachedVoxels), grouped(flippedVoxels), seconds.toFixed(2)];
}

function byClass(voxels: readonly number[]): string {
  return voxels.map(grouped).join(' / ');
}

/** A Markdown table; a bar or a line break in a cell would end it. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll(/[|\r\n]/g, ' ')).join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}
