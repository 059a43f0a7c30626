import { ApplicationFailure } from '@temporalio/activity';
import type {
  Activities,
  ArtifactKind,
  ArtifactRef,
  CampaignInput,
  CaseRole,
  ImportedCase,
  PreprocessedCase,
  TrainedNetwork,
} from '@geoscribe/campaign';
import { campaignConfigSchema, defaultTimeouts } from '@geoscribe/campaign';
import { createHash } from 'node:crypto';

/** A reference to bytes that exist nowhere: the workflow never opens them. */
export function fakeRef(kind: ArtifactKind, name: string): ArtifactRef {
  const sha256 = createHash('sha256').update(`${kind}/${name}`).digest('hex');
  return { uri: `store:sha256/${sha256}`, sha256, bytes: 1, kind };
}

export interface FakeOptions {
  /** Cases whose prediction fails for good. */
  unpredictable?: string[];
  /** Called before each activity; may wait. */
  before?: (activity: string, input: unknown) => Promise<void> | void;
}

/** Activities that compute nothing and log what they were asked. */
export function fakeActivities(options: FakeOptions = {}): { activities: Activities; log: string[] } {
  const log: string[] = [];
  const enter = async (activity: keyof Activities, what: string, input: unknown): Promise<void> => {
    log.push(`${activity} ${what}`);
    await options.before?.(activity, input);
  };
  const activities: Activities = {
    async importCase(input) {
      await enter('importCase', input.caseId, input);
      return imported(input.caseId);
    },
    async trainPreliminary(input) {
      await enter('trainPreliminary', `${input.full.length} full, ${input.scribbled.length} scribbled`, input);
      return network('preliminary');
    },
    async predictCase(input) {
      await enter('predictCase', input.case.id, input);
      if (options.unpredictable?.includes(input.case.id)) {
        throw ApplicationFailure.nonRetryable('the volume is constant', 'InvalidVolumeError');
      }
      return {
        caseId: input.case.id,
        preprocessed: preprocessed(input.case.id),
        probability: fakeRef('probability-map', `${input.case.id}/${input.network.checkpoint.sha256}`),
        label: fakeRef('label-map', `${input.case.id}/${input.network.checkpoint.sha256}`),
        labelMap: fakeRef('label-map', `${input.case.id}/original`),
      };
    },
    async propagateCase(input) {
      await enter('propagateCase', `${input.case.id} ${input.mode} ${input.review.kind}`, input);
      const number = Number(input.case.id.replace(/\D/g, ''));
      const name = `${input.case.id}/${input.mode}/${input.prediction.probability.sha256}`;
      return {
        caseId: input.case.id,
        preprocessed: input.prediction.preprocessed,
        pseudoLabel: fakeRef('pseudo-label', name),
        confidence: fakeRef('confidence-map', name),
        focus: fakeRef('focus-mask', name),
        statistics: {
          focusFraction: 0.1,
          reachedVoxels: input.review.kind === 'scribbles' ? [1000 * number, 10 * number] : [0, 0],
          flippedVoxels: 600 * number,
          walledShare: 0,
          meanConfidence: 0.5,
          seconds: 0.25,
        },
      };
    },
    async fineTune(input) {
      await enter('fineTune', `${input.arm} ${input.iteration}: ${input.pseudo.length} pseudo`, input);
      return network(`${input.arm}-${input.iteration}`);
    },
    async evaluate(input) {
      await enter('evaluate', input.method, input);
      const cases = input.test.map(({ id }) => ({ caseId: id, dice: { '1': 0.8 } }));
      return {
        metrics: cases.length === 0 ? null : { method: input.method, meanDice: 0.8, perClassDice: { '1': 0.8 }, cases },
        pseudoLabels: null,
        predictions: [],
      };
    },
    async exportModel(input) {
      await enter('exportModel', '', input);
      return { model: fakeRef('onnx-model', 'model'), bytes: 1 };
    },
    async writeReport(input) {
      await enter('writeReport', '', input);
      return { html: fakeRef('report', 'html'), json: fakeRef('report', 'json') };
    },
  };
  return { activities, log };
}

function imported(id: string): ImportedCase {
  return {
    id,
    image: fakeRef('volume', id),
    moreChannels: [],
    label: fakeRef('label-map', id),
    geometry: { dims: [8, 8, 8], spacing: [1, 1, 1] },
  };
}

function preprocessed(id: string): PreprocessedCase {
  return {
    id,
    image: fakeRef('preprocessed-image', id),
    validMask: fakeRef('valid-mask', id),
    properties: fakeRef('case-properties', id),
  };
}

function network(name: string): TrainedNetwork {
  return {
    checkpoint: fakeRef('checkpoint', name),
    plan: fakeRef('plan', 'plan'),
    curve: fakeRef('training-curve', name),
    epochs: 1,
    finalLoss: 0.5,
    distanceWeight: [0.1, 0.1],
  };
}

/** A campaign of small numbers: two full, three scribbled, one test case. */
export function fakeCampaign(name: string, overrides: Partial<CampaignInput> & { iterations?: number } = {}): CampaignInput {
  const { iterations = 2, ...input } = overrides;
  const config = campaignConfigSchema.parse({
    name,
    dataset: { dir: '.' },
    cases: { scribbled: [] },
    fineTuning: { iterations },
  });
  const role = (prefix: string, role: CaseRole, count: number) =>
    Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index + 1}`, role }));
  return {
    name,
    settings: {
      seed: 0,
      device: config.device,
      precision: config.precision,
      threads: config.threads,
      budget: config.budget,
      dataset: { name: 'phantom', labels: ['background', 'organ'], channels: ['MRI'] },
      preliminary: { epochs: 1, stepsPerEpoch: 1, learningRate: 0.05 },
      fineTuning: config.fineTuning,
      geodesic: { ...config.geodesic, mode: 'posterior' },
    },
    dataset: fakeRef('dataset', name),
    trustImageGeometry: false,
    cases: [...role('full', 'full', 2), ...role('case', 'scribbled', 3), ...role('test', 'test', 1)],
    baselines: ['seeds-only'],
    humanRounds: 1,
    searchAttributes: false,
    timeouts: defaultTimeouts,
    ...input,
  };
}

/** A submission of scribbles that lie nowhere. */
export function fakeSubmission(caseId: string, submissionId = `${caseId}-a`) {
  return {
    submissionId,
    caseId,
    kind: 'scribbles' as const,
    seeds: fakeRef('seed-map', submissionId),
    strokes: 2,
    markedVoxels: 20,
    markedShare: 0.01,
    author: 'somebody',
  };
}
