import type { CasePicture } from './case-picture.js';

/** A case that may be shown. */
export interface PictureCandidate {
  caseId: string;
  /** What it is ranked by, higher is better; null where there is nothing to rank. Reads artifacts where it must. */
  value(): Promise<number | null>;
  /** The value in words. */
  describe(value: number): string;
  draw(): Promise<CasePicture>;
}
