import { describe, expect, it } from 'vitest';
import { formatReportTable } from '../../src/report/format-report-table.js';
import { renderReport } from '../../src/report/render-report.js';
import { reportJsonSchema, type ReportJson } from '../../src/report/report-json.js';
import { exampleMetrics, exampleReport } from './example-report.js';

/** Rows of the table with this caption start, as lists of cell texts. */
function tableRows(html: string, caption: string): string[][] {
  const table = html.split('<table').find((part) => part.includes(`<caption>${caption}`)) ?? '';
  const body = table.slice(table.indexOf('<tbody>'), table.indexOf('</tbody>'));
  return [...body.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row]) => [...(row ?? '').matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell]) => cell ?? ''));
}

describe('report.json', () => {
  it('has the promised keys and values', () => {
    const { json } = renderReport(exampleReport());
    expect(reportJsonSchema.parse(json)).toEqual(json);
    expect(json.dataset).toBe('Hippocampus');
    expect(json.seed).toBe(0);
    expect(json.cases.full).toEqual(['full_1', 'full_2']);
    expect(json.cases.scribbled).toHaveLength(3);
    expect(json.cases.test).toHaveLength(12);
    // The mean of the two cases with scribbles; "no error" is no scribble.
    expect(json.scribbledShare).toBeCloseTo(0.0008, 12);
    expect(json.pseudoLabelDice).toEqual({ before: 0.838, after: [0.872, 0.874, 0.876] });
    expect(json.rows.map(({ method }) => method)).toEqual(['preliminary', 'seeds-only', 'iteration-1', 'iteration-2', 'iteration-3']);
    expect(json.rows[0]).toMatchObject({ method: 'preliminary', meanDice: 0.836, perClassDice: { 1: 0.846, 2: 0.826 }, difference: null, cases: 12 });
    expect(json.propagations).toHaveLength(3);
    expect(json.propagations[1]).toMatchObject({ iteration: 2, cases: 3, reachedVoxels: [24300, 6630, 4440], flippedVoxels: 1206 });
    // Float rounding of two additions.
    expect(json.propagations[1]?.seconds).toBeCloseTo(0.24, 12);
    // A baseline stands for its last iteration.
    expect(json.rows[1]?.meanDice).toBe(0.844);
  });

  it('has every measure besides Dice, by class and over classes', () => {
    const { json, html } = renderReport(exampleReport());
    const { measures } = json.rows.at(-1)!;
    expect(measures).toHaveLength(3 * 6);
    // One of twelve cases misses class 2: no overlap, and no finite distance.
    expect(measures.filter(({ metric }) => metric === 'hd95').map(({ label, cases }) => [label, cases])).toEqual([[null, 11], [1, 12], [2, 11]]);
    expect(measures.find(({ label, metric }) => label === 2 && metric === 'nsd')).toMatchObject({ cases: 12 });
    expect(measures.find(({ label, metric }) => label === 1 && metric === 'relativeVolumeDifference')!.mean).toBeCloseTo(-0.05, 12);
    const rows = tableRows(html, 'Mean over classes and test cases');
    expect(rows.map(([method]) => method)).toEqual(['preliminary', 'seeds-only', 'iteration-1', 'iteration-2', 'iteration-3']);
    expect(tableRows(html, 'The same by class').map(([name, , volume]) => [name, volume?.replace(/<br>.*/, '')])).toEqual([['anterior', '−5.00'], ['posterior', '−12.92']]);
    expect(tableRows(html, 'Mean over classes by test case')).toHaveLength(12);
  });

  it('shows Dice alone where an evaluation of an earlier version has no more', () => {
    const data = exampleReport();
    data.preliminaryScores = null;
    for (const { iterations } of data.arms) for (const one of iterations) one.scores = null;
    const { json, html } = renderReport(data);
    expect(json.rows.every(({ measures }) => measures.length === 0)).toBe(true);
    expect(html).not.toContain('Surface and volume');
  });

  it('pairs the difference by case and leaves out cases that only one side has', () => {
    const data = exampleReport();
    const main = data.arms[0]?.iterations[2];
    const changes = [0.1, -0.02, 0.04];
    if (main?.metrics) main.metrics.cases = main.metrics.cases.slice(0, 3).map(({ caseId }, i) => ({ caseId, dice: { 1: 0.5 + (changes[i] ?? 0), 2: null } }));
    main?.metrics?.cases.push({ caseId: 'only_here', dice: { 1: 0.1, 2: 0.1 } }, { caseId: 'empty', dice: { 1: null, 2: null } });
    data.preliminary?.cases.forEach((entry) => (entry.dice = { 1: 0.5, 2: null }));
    const row = renderReport(data).json.rows.at(-1);
    expect(row?.cases).toBe(4);
    expect(row?.difference?.cases).toBe(3);
    // Float rounding of three additions.
    expect(row?.difference?.mean).toBeCloseTo(0.04, 12);
    expect(row?.difference?.interval?.low).toBeGreaterThanOrEqual(-0.02 - 1e-12);
    expect(row?.difference?.interval?.high).toBeLessThanOrEqual(0.1 + 1e-12);
  });

  it('reads a report of a version that did not state the geodesic step', () => {
    const earlier: Partial<ReportJson> = renderReport(exampleReport()).json;
    delete earlier.propagations;
    expect(reportJsonSchema.parse(earlier).propagations).toEqual([]);
  });

  it('gives no row where no case counts', () => {
    const data = exampleReport();
    data.preliminary?.cases.forEach((entry) => (entry.dice = { 1: null, 2: null }));
    const { rows } = renderReport(data).json;
    expect(rows.map(({ method }) => method)).not.toContain('preliminary');
    expect(rows.every(({ difference }) => difference === null)).toBe(true);
  });

  it('gives no interval for a single case', () => {
    const data = exampleReport();
    data.preliminary = exampleMetrics('preliminary', 0.8, 1);
    expect(renderReport(data).json.rows[0]?.interval).toBeNull();
  });
});

describe('the page', () => {
  it('shows the rows with Dice, intervals and signed differences', () => {
    const { html, json } = renderReport(exampleReport());
    const rows = tableRows(html, 'Dice coefficient');
    expect(rows.map(([method]) => method)).toEqual(json.rows.map(({ method }) => method));
    expect(rows[0]?.slice(1, 2)).toEqual(['0.836']);
    expect(rows[0]?.[3]).toBe('–');
    expect(rows[4]?.[1]).toBe('0.855');
    expect(rows[4]?.[3]).toBe('+0.019');
    expect(rows[4]?.slice(5)).toEqual(['0.865', '0.845', '12']);
    const interval = json.rows[4]?.interval;
    expect(rows[4]?.[2]).toBe(`${interval?.low.toFixed(3)} to ${interval?.high.toFixed(3)}`);
  });

  it('states effort, pseudo labels, propagation and what was set aside', () => {
    const { html } = renderReport(exampleReport());
    expect(tableRows(html, 'Cases by kind')).toEqual([
      ['scribbles drawn', '2', '9', '91', '45.5', '0.080 %'],
      ['reviewed, no error found', '1', '–', '–', '–', '–'],
    ]);
    expect(tableRows(html, 'Scribbled cases')[0]).toEqual(['1', '0.838', '0.872', '0.950', '0.510', '0.190']);
    // 0.08 s a case, three cases.
    expect(tableRows(html, 'Mean over cases')[0]).toEqual(
      ['1', '3', '3.4 %', '8 100 / 2 210 / 1 480', '402', '0.470', '5.5 %', '0.080 s', '0.24 s'],
    );
    expect(html).toContain('never trained on it; the simulated annotator drew from it');
    expect(html).toContain('scribbled_2 (5.5 %)');
    expect(html).toContain('simulated annotator');
    expect(html).toContain('scribbled_4');
    expect(html).toContain('0.42 mm');
  });

  it('warns of no gate where no case walls off more than 2 %', () => {
    const data = exampleReport();
    for (const { iterations } of data.arms) for (const { statistics } of iterations) statistics.forEach((entry) => (entry.statistics.walledShare = 0.02));
    expect(renderReport(data).html).not.toContain('walls off more than');
  });

  it('is self-contained: no script, no address, a caption and scopes in each table, a text for each chart', () => {
    const { html } = renderReport(exampleReport());
    expect(html.match(/<script|https?:|src="(?!data:)|href=|url\(|@import|\son\w+=/)).toBeNull();
    expect(html).toContain("default-src 'none'");
    const tables = html.match(/<table/g)?.length ?? 0;
    expect(tables).toBeGreaterThan(5);
    expect(html.match(/<caption>/g)).toHaveLength(tables);
    expect(html.match(/<th(?! scope=|ead)/)).toBeNull();
    expect(html.match(/<svg[^>]*aria-label="[^"]+"/g)).toHaveLength(html.match(/<svg/g)?.length ?? 0);
    expect(html.match(/NaN|undefined|Infinity|\[object/)).toBeNull();
  });

  it('shows the validation Dice of each class, in the charts, the legend and the table of trainings', () => {
    const data = exampleReport();
    const { html } = renderReport(data);
    const last = data.trainings[0]!.curve.at(-1)!;
    const [anterior, posterior] = last.validationDiceByClass!;
    const row = tableRows(html, 'Trainings.')[0]!;
    expect(row.slice(4, 7)).toEqual([last.validationDice!.toFixed(3), anterior!.toFixed(3), posterior!.toFixed(3)]);
    const lines = [...html.matchAll(/<polyline class="line behind" style="stroke:(#\w+)" points="([^"]*)"/g)].map(([, colour, points]) => [colour, points!.split(' ').length]);
    // Epochs in which no case has the class leave a gap at the start of its line.
    const known = data.trainings[0]!.curve.filter(({ validationDiceByClass }) => validationDiceByClass![1] !== null).length;
    expect(known).toBeLessThan(20);
    expect(lines.slice(0, 2)).toEqual([['#009e73', 20], ['#cc79a7', known]]);
    expect(html).toMatch(/<ul class="legend"><li><span[^>]*--dice[^>]*><\/span>mean over classes<\/li><li><span[^>]*#009e73/);
  });

  it('is the same for the same data', () => {
    expect(renderReport(exampleReport())).toEqual(renderReport(exampleReport()));
  });
});

describe('names in the page', () => {
  it('are escaped wherever they appear', () => {
    const attack = `"><img src=x onerror=alert(1)>'&`;
    const data = exampleReport();
    data.campaign = attack;
    data.settings.dataset = { name: attack, labels: [attack, attack, attack], channels: [attack] };
    data.cases.full = [attack];
    data.failedCases = [{ caseId: attack, message: attack }];
    data.overriddenGeometry = [{ caseId: attack, deviation: 1 }];
    data.effort.forEach((entry) => (entry.caseId = attack));
    data.versions = { [attack]: attack };
    data.missingPictures = [{ caseId: attack, message: attack }];
    data.pictures = [{ caseId: attack, group: 'test', rank: attack, caption: attack, panels: [{ title: attack, description: attack, png: new Uint8Array(1), width: 1, height: 1 }] }];
    data.arms.push({ arm: attack, iterations: data.arms[1]?.iterations ?? [] });
    data.trainings.forEach((training) => (training.arm = attack));
    for (const { iterations } of data.arms) for (const { metrics, statistics } of iterations) {
      metrics?.cases.forEach((entry) => (entry.caseId = attack));
      statistics.forEach((entry) => (entry.caseId = attack));
    }
    data.preliminary?.cases.forEach((entry) => (entry.caseId = attack));
    const { html, json } = renderReport(data);
    expect(html).not.toContain('<img src=x');
    expect(html).not.toContain(attack);
    expect(html.match(/&quot;&gt;&lt;img src=x onerror=alert\(1\)&gt;&#39;&amp;/g)?.length).toBeGreaterThan(20);
    expect(json.campaign).toBe(attack);
  });

  it('cannot steer the terminal', () => {
    const data = exampleReport();
    data.campaign = 'a\u001b[2Jb\nc';
    expect(formatReportTable(renderReport(data).json).split('\n')[0]).toBe('a [2Jb c: Hippocampus, seed 0');
  });
});

describe('missing parts', () => {
  it('says so without test cases', () => {
    const data = exampleReport();
    data.preliminary = null;
    data.cases.test = [];
    for (const { iterations } of data.arms) iterations.forEach((iteration) => (iteration.metrics = null));
    const { html, json } = renderReport(data);
    expect(json.rows).toEqual([]);
    expect(html).toContain('No test case with a true label was given');
    expect(html).toContain('nothing here measures the network’s accuracy');
    expect(formatReportTable(json)).toContain('No test case has a true label');
    expect(reportJsonSchema.safeParse(json).success).toBe(true);
  });

  it('takes one iteration without baselines, validation, truth on scribbled cases, scribbles or pictures', () => {
    const data = exampleReport();
    const first = data.arms[0]?.iterations[0];
    data.arms = first === undefined ? [] : [{ arm: 'main', iterations: [{ ...first, pseudoLabels: null, statistics: [] }] }];
    data.trainings = data.trainings.slice(0, 2).map((training) => ({ ...training, curve: training.curve.slice(0, 1).map(({ epoch, loss, learningRate }) => ({ epoch, loss, learningRate })) }));
    data.effort = [];
    data.simulatedAnnotator = false;
    data.failedCases = [];
    data.overriddenGeometry = [];
    const { html, json } = renderReport(data);
    expect(json.rows.map(({ method }) => method)).toEqual(['preliminary', 'iteration-1']);
    expect(json.pseudoLabelDice).toEqual({ before: null, after: [] });
    expect(json.scribbledShare).toBe(0);
    expect(html).toContain('after 1 iteration;');
    expect(html).toContain('quality of the pseudo labels is not known');
    expect(html).toContain('only the loss is shown');
    expect(html).not.toContain('simulated');
    expect(html).not.toContain('set aside');
    expect(html.match(/NaN|undefined|Infinity/)).toBeNull();
  });

  it('shows an empty class as a dash, in table and terminal', () => {
    const data = exampleReport();
    if (data.preliminary) data.preliminary.perClassDice = { 1: 0.9, 2: null };
    const { html, json } = renderReport(data);
    expect(tableRows(html, 'Dice coefficient')[0]?.slice(5, 7)).toEqual(['0.900', '–']);
    expect(formatReportTable(json)).toMatch(/^preliminary .* 0\.900 +–$/m);
  });

  it('does not break on an aborted training without epochs', () => {
    const data = exampleReport();
    data.trainings.forEach((training) => (training.curve = []));
    expect(renderReport(data).html).not.toContain('<h2>Training</h2>');
  });

  it('calls an interval that includes zero by its name', () => {
    const data = exampleReport();
    data.preliminary?.cases.forEach(({ dice }, i) => (dice['1'] = (dice['1'] ?? 0) + (i % 2 === 0 ? 0.3 : -0.25)));
    expect(renderReport(data).html).toContain('an interval that includes zero');
  });
});

describe('formatReportTable', () => {
  it('lines its columns up', () => {
    const lines = formatReportTable(renderReport(exampleReport()).json).split('\n');
    expect(lines[0]).toBe('demo: Hippocampus, seed 0');
    expect(lines[1]).toBe('2 fully labelled, 3 scribbled (0.08 % of the voxels marked), 12 test');
    const table = lines.slice(3, 10);
    expect(new Set(table.map((line) => line.length)).size).toBe(1);
    expect(table[0]).toMatch(/^method +mean Dice +95 % interval +vs preliminary +anterior +posterior$/);
    expect(table[6]).toMatch(/^iteration-3 +0\.855 +0\.\d{3} to 0\.\d{3} +\+0\.019 +0\.865 +0\.845$/);
    expect(lines).toContain('Pseudo-label Dice: 0.838 before, 0.872, 0.874, 0.876 after (by iteration)');
  });
});
