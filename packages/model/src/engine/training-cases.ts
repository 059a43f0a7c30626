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
}

/** Fully labelled cases, confidence 1 everywhere. */
export async function fullCases(cases: ImportedCase[], plan: Plan, seed: number, context: EngineContext): Promise<CaseToTrain[]> {
  const prepared = await labelledCases(cases, plan, 'training', context);
  return prepared.map(({ image, shape, label }) =>
    caseToTrain({ image, shape, label }, plan, seed, { kind: 'full' }),
  );
}

/** Validation cases: preprocessed as if they had no label. */
export async function validationCases(cases: ImportedCase[], plan: Plan, context: EngineContext): Promise<ValidationCase[]> {
  return labelledCases(cases, plan, 'evaluation', context);
}

/** Pseudo-labelled cases with their confidence and focus area. */
export async function pseudoCases(pseudo: PseudoLabel[], plan: Plan, seed: number, { store }: EngineContext): Promise<CaseToTrain[]> {
  const cases: CaseToTrain[] = [];
  for (const { preprocessed, pseudoLabel, confidence, focus } of pseudo) {
    const { data: image, shape } = await openFloats(store, preprocessed.image);
    const { data: label } = await openLabels(store, pseudoLabel);
    const { data: weights } = await openFloats(store, confidence);
    const { data: mask } = await openLabels(store, focus);
    cases.push(
      caseToTrain({ image, shape, label }, plan, seed, {
        kind: 'pseudo',
        confidence: weights,
        focus: maskLocations({ mask, seed }),
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
    prepared.push(caseToTrain({ image, shape, label }, plan, seed, { kind: 'full', confidence, annotated }));
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
      return { id: preprocessed.id, image, shape, label };
    }),
  );
}

function caseToTrain(
  { image, shape, label }: Arrays,
  plan: Plan,
  seed: number,
  sampling: { kind: 'full' | 'pseudo'; confidence?: Float32Array; focus?: Uint32Array; annotated?: Uint32Array },
): CaseToTrain {
  const { kind, confidence, focus, annotated } = sampling;
  const weights = confidence === undefined ? {} : { confidence };
  return {
    arrays: { image, channels: plan.dataset.channels.length, shape, label, ...weights },
    sampling: {
      kind,
      shape,
      locations: classLocations({ label, ...weights, classes: plan.dataset.labels.length, seed }),
      ...(focus !== undefined && { focus }),
      ...(annotated !== undefined && { annotated }),
    },
  };
}
