import { GeoscribeError, type ImportedCase, type PreprocessedCase, type PseudoLabel } from '@geoscribe/campaign';
import { UNMARKED, scatterSeeds, type SeedMap } from '@geoscribe/core-io';
import type { Plan } from '../plan/plan.js';
import { casePropertiesSchema } from '../preprocessing/case-properties.js';
import { classLocations, maskLocations } from '../training/case-locations.js';
import type { CaseToTrain } from '../training/train.js';
import type { ValidationCase } from '../training/validate.js';
import { openFloats, openLabels } from './arrays.js';
import type { EngineContext } from './engine-context.js';
import { preprocessedCases } from './preprocess-cache.js';

interface Arrays {
  image: Float32Array;
  shape: [number, number, number];
  label: Uint8Array;
  /** Present where the label has ignored voxels: 0 there, 1 elsewhere. */
  confidence?: Float32Array;
  /** Present where the plan normalises some channel within it. */
  mask?: Uint8Array;
}

/**
 * Fully labelled cases, confidence 1 everywhere.
 *
 * One whose label has ignored voxels has confidence 0 on these and is sampled like a scribble-only one, as nnU-Net does.
 *
 * Errors: those of reading and preprocessing; `InvalidLabelError` for a case without an annotated voxel on the plan's grid.
 */
export async function fullCases(cases: ImportedCase[], plan: Plan, seed: number, context: EngineContext): Promise<CaseToTrain[]> {
  const prepared = await labelledCases(cases, plan, 'training', context);
  return prepared.map(({ id, confidence, ...arrays }) => {
    if (confidence === undefined) return caseToTrain(arrays, plan, seed, { kind: 'full' });
    const annotated = maskLocations({ mask: confidence, seed });
    if (annotated.length === 0) throw nothingAnnotated(id);
    return caseToTrain(arrays, plan, seed, { kind: 'full', confidence, annotated });
  });
}

/** Validation cases: preprocessed as if they had no label; ignored voxels have confidence 0. */
export async function validationCases(cases: ImportedCase[], plan: Plan, context: EngineContext): Promise<ValidationCase[]> {
  return labelledCases(cases, plan, 'evaluation', context);
}

/** Below this share of voxels with any confidence, a case's patches are centred on these voxels instead of anywhere. */
const sparseShare = 0.5;

/**
 * Pseudo-labelled cases with their confidence and focus area.
 *
 * A case of which most voxels have no confidence (the baseline `partial-loss`: 1 on the strokes, 0 elsewhere) is sampled
 * like a scribble-only one: a patch anywhere would mostly hold nothing to learn from.
 */
export async function pseudoCases(pseudo: PseudoLabel[], plan: Plan, seed: number, { store }: EngineContext): Promise<CaseToTrain[]> {
  const cases: CaseToTrain[] = [];
  for (const { preprocessed, pseudoLabel, confidence, focus } of pseudo) {
    const { data: image, shape } = await openFloats(store, preprocessed.image);
    const { data: label } = await openLabels(store, pseudoLabel);
    const { data: weights } = await openFloats(store, confidence);
    const { data: focused } = await openLabels(store, focus);
    cases.push(
      caseToTrain({ image, shape, label, ...(await openMask(preprocessed, plan, store)) }, plan, seed, {
        kind: 'pseudo',
        confidence: weights,
        focus: maskLocations({ mask: focused, seed }),
        ...(isSparse(weights) && { annotated: maskLocations({ mask: weights, seed }) }),
      }),
    );
  }
  return cases;
}

/** Scribble-only cases: labels and confidence 1 on the seeds, confidence 0 elsewhere. */
export async function scribbledCases(
  cases: { imported: ImportedCase; seeds: SeedMap }[],
  plan: Plan,
  seed: number,
  context: EngineContext,
): Promise<CaseToTrain[]> {
  const images = await preprocessedCases(cases.map(({ imported }) => imported), { plan, labelUse: 'none' }, context);
  const prepared: CaseToTrain[] = [];
  for (const [k, { seeds }] of cases.entries()) {
    const preprocessed = images[k]!;
    const { data: image, shape } = await openFloats(context.store, preprocessed.image);
    const { geometry } = await readProperties(preprocessed, context);
    const { seedMap } = scatterSeeds(seeds, geometry);
    const label = seedMap.map((value) => (value === UNMARKED ? 0 : value));
    const confidence = Float32Array.from(seedMap, (value) => (value === UNMARKED ? 0 : 1));
    const annotated = maskLocations({ mask: confidence, seed });
    const mask = await openMask(preprocessed, plan, context.store);
    prepared.push(caseToTrain({ image, shape, label, ...mask }, plan, seed, { kind: 'full', confidence, annotated }));
  }
  return prepared;
}

export async function readProperties({ id, properties }: PreprocessedCase, { store }: Pick<EngineContext, 'store'>) {
  const parsed = casePropertiesSchema.safeParse(JSON.parse((await store.get(properties)).toString('utf8')));
  if (parsed.success) return parsed.data;
  throw new GeoscribeError('CorruptArtifactError', `Case properties of ${id} are not valid`, {
    file: properties.uri,
    field: parsed.error.issues[0]!.path.join('.'),
  });
}

async function labelledCases(
  cases: ImportedCase[],
  plan: Plan,
  labelUse: 'training' | 'evaluation',
  context: EngineContext,
): Promise<(Arrays & { id: string })[]> {
  const { store } = context;
  const prepared = await preprocessedCases(cases, { plan, labelUse }, context);
  return Promise.all(
    prepared.map(async (preprocessed) => {
      const { data: image, shape } = await openFloats(store, preprocessed.image);
      const { data: label } = await openLabels(store, preprocessed.label!);
      const confidence = preprocessed.confidence && (await openFloats(store, preprocessed.confidence)).data;
      return { id: preprocessed.id, image, shape, label, ...(confidence && { confidence }), ...(await openMask(preprocessed, plan, store)) };
    }),
  );
}

function nothingAnnotated(id: string): GeoscribeError {
  return new GeoscribeError('InvalidLabelError', `Case ${id} has no annotated voxel on the plan's grid`, {
    field: 'label',
    expected: 'annotated voxels within the image, some of them as thick as the target spacing',
    received: 'only ignored ones',
    nextStep: 'Annotate more of the case, choose a finer target spacing, or delete its label.',
  });
}

function isSparse(confidence: Float32Array): boolean {
  let labelled = 0;
  for (const weight of confidence) if (weight > 0) labelled++;
  return labelled < sparseShare * confidence.length;
}

/** The valid mask of a case, where the plan normalises some channel within it. */
async function openMask({ validMask }: PreprocessedCase, plan: Plan, store: EngineContext['store']): Promise<Pick<Arrays, 'mask'>> {
  return plan.normalization.some(({ useMask }) => useMask) ? { mask: (await openLabels(store, validMask)).data } : {};
}

function caseToTrain(
  { image, shape, label, mask }: Omit<Arrays, 'confidence'>,
  plan: Plan,
  seed: number,
  sampling: { kind: 'full' | 'pseudo'; confidence?: Float32Array; focus?: Uint32Array; annotated?: Uint32Array },
): CaseToTrain {
  const { kind, confidence, focus, annotated } = sampling;
  const weights = confidence === undefined ? {} : { confidence };
  return {
    arrays: { image, channels: plan.dataset.channels.length, shape, label, ...weights, ...(mask !== undefined && { mask }) },
    sampling: {
      kind,
      shape,
      locations: classLocations({ label, ...weights, classes: plan.dataset.labels.length, seed }),
      ...(focus !== undefined && { focus }),
      ...(annotated !== undefined && { annotated }),
    },
  };
}
