import { counted } from '@geoscribe/campaign';
import { fixed, percent, range, signed } from '../format-number.js';
import { html, type Html } from '../html.js';
import type { ReportData } from '../report-data.js';
import type { ReportJson } from '../report-json.js';

/** Title and the two sentences that a reader in a hurry reads. */
export function summarySection(data: ReportData, json: ReportJson): Html {
  const { full, scribbled, validation, test } = data.cases;
  return html`<header>
<p class="kind">Geoscribe campaign report</p>
<h1>${data.campaign}: ${json.dataset}</h1>
<p class="lead">${outcome(json)}</p>
<p>${counted(full.length, 'fully labelled case')}, ${counted(scribbled.length, 'scribbled case')}, ${counted(validation.length, 'validation case')}, ${counted(test.length, 'test case')}. ${labour(json)}</p>
<p class="note">Written ${json.generatedAt.slice(0, 16).replace('T', ' ')} UTC. Seed ${json.seed}. For research use only; not a medical device.</p>
</header>`;
}

function outcome(json: ReportJson): string {
  const last = json.rows.findLast(({ method }) => method.startsWith('iteration-'));
  if (last === undefined) {
    return json.rows.length === 0
      ? 'No test case has a true label: this report states what was done, not how good the network is.'
      : 'The report has no result of the method itself, only of the rows below.';
  }
  const dice = (value: number) => fixed(value, 3);
  const interval = last.interval === null ? '' : ` (95 % interval ${range(last.interval, dice)})`;
  const iterations = counted(Number(last.method.slice('iteration-'.length)), 'iteration');
  const reached = `On ${counted(last.cases, 'test case')} the network reaches a mean foreground Dice of ${dice(last.meanDice)}${interval} after ${iterations}`;
  return last.difference === null ? `${reached}.` : `${reached}; ${comparison(last.difference)}`;
}

function comparison({ mean, interval }: { mean: number; interval: { low: number; high: number } | null }): string {
  const change = `the change against the preliminary network, paired by case, is ${signed(mean, 3)}`;
  if (interval === null) return `${change}.`;
  const clear = interval.low > 0 || interval.high < 0;
  return `${change} (${range(interval, (value) => signed(value, 3))})${clear ? '' : ', an interval that includes zero'}.`;
}

function labour(json: ReportJson): string {
  const { reviews, strokes, markedVoxels } = json.effort;
  if (reviews.scribbles === 0) return 'No case carries scribbles.';
  const author = json.simulatedAnnotator ? 'A simulated annotator, not a person, ' : 'Proofreading ';
  const drawn = strokes > 0 ? `${counted(strokes, 'stroke')}, ` : '';
  return `${author}marked ${counted(markedVoxels, 'voxel')} in ${counted(reviews.scribbles, 'case')} (${drawn}${percent(json.scribbledShare, 2)} of a volume on average).`;
}
