import { z } from 'zod';
import type { CaseResult } from './evaluation.js';

const value = z.number().nullable();
const values = { dice: value, iou: value, relativeVolumeDifference: value, hd95: value, mssd: value, assd: value, nsd: value };

/** Stored case results; an infinite distance has become null, which means leave out just the same. */
export const caseResultsSchema: z.ZodType<CaseResult[]> = z.array(
  z.object({
    caseId: z.string(),
    spacing: z.tuple([z.number(), z.number(), z.number()]),
    foreground: z.object(values),
    labels: z.array(
      z.object({
        label: z.number(),
        state: z.enum(['present', 'missed', 'spurious', 'absent']),
        predictionVoxels: z.number(),
        referenceVoxels: z.number(),
        ...values,
      }),
    ),
  }),
);
