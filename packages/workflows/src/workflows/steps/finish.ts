import {
  importedOf,
  simulatedAuthor,
  type ArmState,
  type CampaignResult,
  type CampaignState,
  type EvaluateInput,
  type EvaluateOutput,
  type ImportedCase,
  type TrainedNetwork,
} from '@geoscribe/campaign';
import { runActivity } from '../activity-proxies.js';

/**
 * Measures a network on the test cases and, for an arm, its pseudo labels where the truth is known. Null where there
 * is nothing to measure with.
 */
export async function evaluateNetwork(
  state: CampaignState,
  method: string,
  network: TrainedNetwork,
  arm: ArmState | null,
): Promise<EvaluateOutput | null> {
  const { name: campaign, settings } = state.input;
  const test = importedOf(state, 'test');
  const pseudo = arm === null ? null : knownPseudoLabels(state, arm);
  if (test.length === 0 && pseudo === null) return null;
  return runActivity(state, 'evaluate', { campaign, settings, method, network, test, pseudo }, method);
}

function knownPseudoLabels(state: CampaignState, arm: ArmState): EvaluateInput['pseudo'] {
  const imported = new Map(importedOf(state, 'scribbled').map((entry) => [entry.id, entry]));
  const predictions = new Map(arm.predictions.map((entry) => [entry.caseId, entry]));
  const cases = arm.pseudoLabels.flatMap((pseudoLabel) => {
    const entry = imported.get(pseudoLabel.caseId);
    const prediction = predictions.get(pseudoLabel.caseId);
    return entry?.label !== undefined && prediction !== undefined ? [{ case: entry, prediction, pseudoLabel }] : [];
  });
  return cases.length === 0 ? null : { iteration: state.iteration, cases };
}

/** Exports the method's last network and writes the report. */
export async function finishCampaign(state: CampaignState): Promise<CampaignResult> {
  const { name: campaign, settings } = state.input;
  const network = state.arms[0]!.network;
  const validation = importedOf(state, 'validation');
  const exported = await runActivity(state, 'exportModel', { campaign, settings, network, validation }, 'ONNX model');
  const report = await runActivity(
    state,
    'writeReport',
    {
      campaign,
      settings,
      cases: {
        full: idsOf(importedOf(state, 'full')),
        scribbled: idsOf(importedOf(state, 'scribbled')),
        validation: idsOf(importedOf(state, 'validation')),
        test: idsOf(importedOf(state, 'test')),
      },
      failedCases: state.cases.flatMap(({ id, failure }) =>
        failure === undefined ? [] : [{ caseId: id, message: `${failure.activity}: ${failure.message}` }],
      ),
      effort: effortOf(state),
      simulatedAnnotator: drawnBySimulation(state),
      preliminary: state.preliminary!,
      arms: state.arms.map(({ arm, iterations }) => ({ arm, iterations })),
      imported: [...importedOf(state, 'scribbled'), ...importedOf(state, 'test')],
      firstPredictions: state.origin,
      lastPseudoLabels: state.arms[0]!.pseudoLabels,
      model: exported.model,
    },
    'report',
  );
  return { model: exported.model, modelBytes: exported.bytes, report, network };
}

function idsOf(cases: readonly ImportedCase[]): string[] {
  return cases.map(({ id }) => id);
}

function effortOf(state: CampaignState) {
  return state.cases
    .filter(({ role, failure }) => role === 'scribbled' && failure === undefined)
    .map(({ id, review }) => {
      const submission = 'submission' in review ? review.submission : undefined;
      return {
        caseId: id,
        kind: review.kind === 'pending' ? ('unseen' as const) : review.kind,
        strokes: submission?.strokes ?? 0,
        markedVoxels: submission?.markedVoxels ?? 0,
        markedShare: submission?.markedShare ?? 0,
        ...(submission?.seeds === undefined ? {} : { seeds: submission.seeds }),
      };
    });
}

/** True where at least one accepted submission came from the simulated annotator. */
function drawnBySimulation(state: CampaignState): boolean {
  return state.cases.some(({ review }) => 'submission' in review && review.submission.author === simulatedAuthor);
}
