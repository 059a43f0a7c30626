import { z } from 'zod';
import { artifactRefSchema } from './artifact.js';

/** A case id: a pseudonym, safe in file names, ids and search attributes. */
export const caseIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

/** A submission's id is also a folder's name. */
export const submissionIdSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

/** What a person said about one case. Skipping is neither of the two. */
export const submissionKinds = ['scribbles', 'no-error'] as const;

/**
 * The update that registers one case. `submissionId` is the client's id and the Temporal `updateId`: sent twice, it
 * counts once. `seeds` refers to a label map in the store on the image's own grid (unmarked = 255); it is absent
 * exactly when `kind` is `no-error`.
 */
export const scribbleSubmissionSchema = z
  .strictObject({
    submissionId: submissionIdSchema,
    caseId: caseIdSchema,
    kind: z.enum(submissionKinds),
    seeds: artifactRefSchema.optional(),
    /** Number of strokes where the source knows it (0 for label maps). */
    strokes: z.number().int().nonnegative().default(0),
    markedVoxels: z.number().int().nonnegative().default(0),
    /** Share of the volume's voxels that are marked, 0 to 1. */
    markedShare: z.number().min(0).max(1).default(0),
    author: z.string().max(64).default('anonymous'),
    /** Seconds a person spent, where known. */
    seconds: z.number().nonnegative().optional(),
  })
  .refine((s) => (s.kind === 'scribbles') === (s.seeds !== undefined), {
    path: ['seeds'],
    message: 'expected a seed map for kind "scribbles" and none for "no-error"',
  });

/** Author of scribbles that a program drew from the true labels; reports say so. */
export const simulatedAuthor = 'simulated-annotator';

export type ScribbleSubmission = z.infer<typeof scribbleSubmissionSchema>;
