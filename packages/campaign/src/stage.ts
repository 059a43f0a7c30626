/** Stages of a campaign in their order. `proofreading` and the two after it recur with every human round and iteration. */
export const stages = [
  'preparing',
  'training',
  'predicting',
  'proofreading',
  'propagating',
  'fine-tuning',
  'evaluating',
  'done',
] as const;

export type Stage = (typeof stages)[number];
