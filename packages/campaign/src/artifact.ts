import { z } from 'zod';

/** What an artifact holds. The word is for people and reports; the store itself only knows bytes. */
export const artifactKinds = [
  'dataset',
  'volume',
  'label-map',
  'seed-map',
  'preprocessed-image',
  'preprocessed-label',
  'valid-mask',
  'case-properties',
  'plan',
  'checkpoint',
  'probability-map',
  'pseudo-label',
  'confidence-map',
  'focus-mask',
  'training-curve',
  'onnx-model',
  'metrics',
  'report',
] as const;

export type ArtifactKind = (typeof artifactKinds)[number];

/**
 * A content-addressed object of the artifact store. Only references travel through Temporal, never bytes and never a
 * path: each worker resolves `uri` against its own configured store.
 */
export const artifactRefSchema = z.strictObject({
  uri: z.string().regex(/^store:sha256\/[0-9a-f]{64}$/),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  bytes: z.number().int().nonnegative(),
  kind: z.enum(artifactKinds),
});

export type ArtifactRef = z.infer<typeof artifactRefSchema>;
