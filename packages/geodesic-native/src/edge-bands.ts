import { checkInteger, checkShare, invalid, show, type Vec3 } from './checks.js';

export type AxisName = 'x' | 'y' | 'z';

/** Caps of the confidence beside edges of the pseudo label, inside the focus area. */
export type EdgeBands =
  | 'none'
  | {
      /** Greatest confidence at edge distance 0, 1, ...; 1 to 254 numbers from 0 to 1. */
      caps: readonly number[];
      /** Axes whose neighbours count; `auto` leaves out those with a spacing above 3 x the smallest. */
      axes: 'auto' | readonly AxisName[];
    };

export const defaultEdgeBands: EdgeBands = { caps: [0, 0.25, 0.5], axes: 'auto' };

const axisNames: readonly AxisName[] = ['x', 'y', 'z'];
const coarseFactor = 3;

export interface ResolvedEdgeBands {
  edgeCaps: readonly number[];
  edgeAxes: readonly [boolean, boolean, boolean];
}

/** @throws GeoscribeError `InvalidArgumentError` naming `edgeBands`. */
export function resolveEdgeBands(bands: EdgeBands, spacing: Vec3): ResolvedEdgeBands {
  if (bands === 'none') return { edgeCaps: [], edgeAxes: [true, true, true] };
  if (typeof bands !== 'object' || bands === null || !Array.isArray(bands.caps)) {
    throw invalid('edgeBands', "'none' or an object with caps and axes", show(bands));
  }
  checkInteger('edgeBands.caps.length', bands.caps.length, 1, 254);
  const edgeCaps = Array.from(bands.caps, (cap, index) => checkShare(`edgeBands.caps[${index}]`, cap));
  return { edgeCaps, edgeAxes: countedAxes(bands.axes, spacing) };
}

function countedAxes(axes: 'auto' | readonly AxisName[], spacing: Vec3): [boolean, boolean, boolean] {
  const least = Math.min(...spacing);
  if (axes === 'auto') return axisNames.map((_, axis) => spacing[axis]! <= coarseFactor * least) as [boolean, boolean, boolean];
  if (!Array.isArray(axes) || !Array.from(axes).every((name) => axisNames.includes(name as AxisName))) {
    throw invalid('edgeBands.axes', "'auto' or a list of 'x', 'y', 'z'", show(axes));
  }
  return axisNames.map((name) => axes.includes(name)) as [boolean, boolean, boolean];
}
