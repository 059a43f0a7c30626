import { propagationInWords, type CampaignStatus } from '@geoscribe/campaign';
import type { CampaignOverview } from '@geoscribe/workflows/client';
import { formatTable } from './format-table.js';
import { detailOf, stepOf } from './step-of.js';
import type { ProgressPrinter } from './progress-printer.js';

/** Shows looks at a campaign as they come: its stage, and a bar for what runs. */
export function campaignProgress(progress: ProgressPrinter): (overview: CampaignOverview) => void {
  let shownStage = '';
  const shownFailures = new Set<string>();
  const shownNotes = new Set<string>();
  return ({ status, activities }) => {
    const stage = stageInWords(status);
    if (stage !== shownStage) {
      progress.end();
      progress.line(stage);
    }
    shownStage = stage;
    for (const { activity, attempt, lastFailure } of activities) {
      const failure = `${activity}, attempt ${attempt}: ${lastFailure ?? ''}`;
      if (lastFailure !== null && !shownFailures.has(failure)) progress.line(failure);
      shownFailures.add(failure);
    }
    for (const note of activities.flatMap(({ progress: at }) => at?.note ?? [])) {
      if (!shownNotes.has(note)) progress.line(note);
      shownNotes.add(note);
    }
    const running = activities.find((entry) => entry.progress !== null);
    if (running?.progress) progress.step(stepOf(running.activity, running.progress));
  };
}

function stageInWords({ stage, iteration, iterations, rows }: CampaignStatus): string {
  const last = rows.at(-1);
  const dice = last === undefined ? '' : `  (${last.method}: mean Dice ${last.meanDice.toFixed(3)})`;
  return `${stage}${iteration > 0 && stage !== 'done' ? `, iteration ${iteration} of ${iterations}` : ''}${dice}`;
}

/** One look at a campaign as text. */
export function formatOverview({ status, execution, failure, activities }: CampaignOverview): string {
  const { counts } = status;
  const rows: [string, string][] = [
    ['execution', execution.toLowerCase() + (failure === null ? '' : `: ${failure}`)],
    ['stage', stageInWords({ ...status, rows: [] })],
    ['cases', `${counts.scribbles} with scribbles, ${counts['no-error']} without error, ${counts.pending} pending, ${counts.skipped} skipped, ${counts.unseen} seen by nobody, ${counts.failed} set aside`],
    ...activities.map(({ activity, attempt, progress }): [string, string] => {
      const done = progress === null ? 'running' : `${progress.step} ${progress.done}/${progress.total}${progress.epoch === undefined ? '' : `, epoch ${progress.epoch} of ${progress.epochs}`} ${detailOf(progress)}`;
      return [activity, `${done.trim()}${attempt > 1 ? ` (attempt ${attempt})` : ''}`];
    }),
    ...status.rows.map(({ method, meanDice }): [string, string] => [method, `mean Dice ${meanDice.toFixed(3)}`]),
    ...status.propagations.map((entry): [string, string] => [`geodesic step ${entry.iteration}`, propagationInWords(entry)]),
    ...status.cases.flatMap(({ id, failure: reason }): [string, string][] => (reason === undefined ? [] : [[`set aside ${id}`, reason]])),
  ];
  const next = status.waiting
    ? `\nWaiting for a person: \`geoscribe cases export\` gives the volumes, \`geoscribe scribbles submit\` takes the scribbles,\n\`geoscribe scribbles complete\` goes on.\n`
    : '';
  return formatTable(['campaign', status.name], rows) + next;
}
