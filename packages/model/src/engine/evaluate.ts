import type { CaseMetrics, EvaluateInput, EvaluateOutput, MethodMetrics, PseudoLabelMetrics } from '@geoscribe/campaign';
import type { CaseResult } from '../evaluation/evaluation.js';
import { pseudoLabelQuality, type PseudoLabelQuality } from '../metrics/pseudo-label-quality.js';
import { preprocessLabel } from '../preprocessing/preprocess-label.js';
import { splitIgnored } from '../preprocessing/split-ignored.js';
import { openFloats, openLabels } from './arrays.js';
import type { EngineContext } from './engine-context.js';
import { readLabel, readStoredLabels } from './imported-case.js';
import { predictCase } from './predict-case.js';
import { scoreLabelMap } from './score-label-map.js';
import { readProperties } from './training-cases.js';

/**
 * Predicts the test cases and compares them with their labels on the image's own grid; where pseudo labels are given,
 * measures them on the plan's grid against the true labels.
 *
 * @returns `metrics` and `scores` only with test cases; `meanDice` is the mean over cases of the mean foreground Dice, cases
 *   without foreground in label and prediction left out
 */
export async function evaluate(input: EvaluateInput, context: EngineContext): Promise<EvaluateOutput> {
  const { settings, method, network, test, pseudo } = input;
  const { store, signal, progress } = context;
  const cases: CaseResult[] = [];
  const classes = settings.dataset.labels.map((_, label) => label).slice(1);
  const predictions: EvaluateOutput['predictions'] = [];
  for (const imported of test) {
    signal.throwIfAborted();
    const { labelMap } = await predictCase({ campaign: input.campaign, settings, network, case: imported }, context);
    const reference = await readLabel(store, imported);
    const prediction = await readStoredLabels(store, labelMap);
    cases.push(scoreLabelMap({ caseId: imported.id, prediction, reference, ignoreLabel: imported.ignoreLabel, labels: classes }));
    predictions.push({ caseId: imported.id, labelMap });
    progress({ step: 'evaluate', done: cases.length, total: test.length });
  }
  return {
    metrics: test.length === 0 ? null : methodMetrics(method, cases),
    pseudoLabels: pseudo === null ? null : await pseudoLabelMetrics(input, pseudo, context),
    ...(test.length > 0 && { scores: await store.put(new TextEncoder().encode(JSON.stringify(cases)), 'metrics') }),
    predictions,
  };
}

function methodMetrics(method: string, cases: CaseResult[]): MethodMetrics {
  const metrics = cases.map(({ caseId, labels }): CaseMetrics => ({
    caseId,
    dice: Object.fromEntries(labels.map(({ label, dice }) => [String(label), dice])),
  }));
  const labels = Object.keys(metrics[0]!.dice);
  return {
    method,
    meanDice: meanOf(cases.map(({ foreground }) => foreground.dice)) ?? 0,
    perClassDice: Object.fromEntries(labels.map((label) => [label, meanOf(metrics.map(({ dice }) => dice[label]!))])),
    cases: metrics,
  };
}

async function pseudoLabelMetrics(
  { settings, network }: EvaluateInput,
  { iteration, cases }: NonNullable<EvaluateInput['pseudo']>,
  { store, networks, signal, progress }: EngineContext,
): Promise<PseudoLabelMetrics | null> {
  const withTruth = cases.filter((entry) => entry.case.label !== undefined);
  const { plan } = await networks.load(network.checkpoint, settings.device);
  const classes = plan.dataset.labels.length;
  const qualities: PseudoLabelQuality[] = [];
  for (const { case: imported, prediction, pseudoLabel } of withTruth) {
    signal.throwIfAborted();
    const properties = await readProperties(prediction.preprocessed, { store });
    const { ignoreLabel } = imported;
    const label = await readLabel(store, imported);
    const truth = splitIgnored(preprocessLabel({ label, properties, plan, ignoreLabel, id: imported.id }), ignoreLabel);
    qualities.push(
      pseudoLabelQuality({
        pseudoLabel: (await openLabels(store, pseudoLabel.pseudoLabel)).data,
        confidence: (await openFloats(store, pseudoLabel.confidence)).data,
        prediction: (await openLabels(store, prediction.label)).data,
        reference: truth.label,
        annotated: truth.confidence,
        classes,
      }),
    );
    progress({ step: 'evaluate pseudo labels', done: qualities.length, total: withTruth.length });
  }
  if (qualities.length === 0) return null;
  const mean = (field: keyof PseudoLabelQuality): number => meanOf(qualities.map((quality) => quality[field])) ?? 0;
  return {
    iteration,
    before: mean('before'),
    after: mean('after'),
    afterWeighted: mean('afterWeighted'),
    meanConfidenceRight: mean('meanConfidenceRight'),
    meanConfidenceWrong: mean('meanConfidenceWrong'),
  };
}

function meanOf(values: (number | null)[]): number | null {
  const defined = values.filter((value) => value !== null);
  return defined.length === 0 ? null : defined.reduce((a, b) => a + b, 0) / defined.length;
}
