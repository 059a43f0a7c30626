import { GeoscribeError } from '@geoscribe/campaign';
import type { Volume } from './volume.js';

/** Value of a seed map's voxel that carries no scribble. */
export const UNMARKED = 255;

/** Rasterised scribbles: 255 unmarked, 0 background scribble, 1..C-1 class scribble. */
export type SeedMap = Volume<Uint8Array>;

export interface SeedMapSource {
  /** C, background included; 2..255. */
  classes: number;
  /** Source value that means "no mark". */
  unmarked: number;
  /** Source value that means "background scribble"; by default 0, unless 0 is the unmarked value. */
  background?: number;
  file: string;
}

/**
 * Seed map of a label map in which people drew scribbles.
 *
 * `unmarked` -> 255, `background` -> 0, 1..C-1 -> itself. Without `background`, 0 is the background scribble if
 * `unmarked` is not 0, and there are no background scribbles otherwise.
 *
 * Returns a seed map on the label map's grid.
 *
 * Errors: `InvalidScribbleError` listing every value of the file that is unknown or has two meanings.
 */
export function seedMapFromLabelMap(labelMap: Volume, source: SeedMapSource): SeedMap {
  const meaning = meaningOfValues(source);
  const data = new Uint8Array(labelMap.data.length);
  const unknown = new Set<number>();
  for (let k = 0; k < data.length; k++) {
    const value = labelMap.data[k] as number;
    const seed = meaning.get(value);
    if (seed === undefined) unknown.add(value);
    else data[k] = seed;
  }
  if (unknown.size === 0) return { geometry: labelMap.geometry, data };
  const shown = [...unknown].sort((a, b) => a - b);
  throw new GeoscribeError('InvalidScribbleError', 'Scribble file holds values without a meaning', {
    file: source.file,
    expected: [...meaning].map(([value, seed]) => `${value} (${nameOf(seed)})`).join(', '),
    received: shown.slice(0, 10).join(', ') + (shown.length > 10 ? ` and ${shown.length - 10} more` : ''),
    nextStep: 'Set scribbles.unmarked and scribbles.background to the values that the drawing tool uses.',
  });
}

function meaningOfValues({ classes, unmarked, background, file }: SeedMapSource): Map<number, number> {
  if (!Number.isInteger(classes) || classes < 2 || classes > UNMARKED) {
    throw new GeoscribeError('InvalidArgumentError', 'Number of classes is wrong', {
      field: 'classes',
      expected: `a whole number from 2 to ${UNMARKED}`,
      received: String(classes),
    });
  }
  const meaning = new Map<number, number>([[unmarked, UNMARKED]]);
  const claim = (value: number, seed: number): void => {
    const other = meaning.get(value);
    if (other !== undefined) {
      throw new GeoscribeError('InvalidScribbleError', 'Scribble value has two meanings', {
        file,
        expected: 'different values for unmarked, background and each class',
        received: `${value} for both ${nameOf(other)} and ${nameOf(seed)}`,
        nextStep: 'Set scribbles.unmarked and scribbles.background to the values that the drawing tool uses.',
      });
    }
    meaning.set(value, seed);
  };
  for (let label = 1; label < classes; label++) claim(label, label);
  if (background !== undefined) claim(background, 0);
  else if (unmarked !== 0) claim(0, 0);
  return meaning;
}

function nameOf(seed: number): string {
  if (seed === UNMARKED) return 'unmarked';
  return seed === 0 ? 'background' : `class ${seed}`;
}
