import type { Vec3 } from '../checks.js';
import type { GateRule } from '../distance-problem.js';
import { referenceGate } from './reference-gate.js';
import { referenceSmooth } from './reference-smooth.js';

export interface ReferenceTerrain {
  /** NaN where the intensity is not finite. */
  channels: Float32Array[];
  /** Whether a voxel that is finite in every channel lies outside the gate in some. */
  gated: boolean[];
  /** Whether a channel is NaN. */
  broken: boolean[];
}

export function referenceTerrain(dims: Vec3, raw: readonly Float32Array[], smooth: boolean, gate: GateRule): ReferenceTerrain {
  const channels = raw.map((channel) =>
    smooth ? referenceSmooth(dims, channel) : channel.map((value) => (Number.isFinite(value) ? value : NaN)),
  );
  const gates = raw.map((channel) => referenceGate(gate, channel));
  const voxels = Array.from(raw[0]!, (_, voxel) => voxel);
  const broken = voxels.map((v) => channels.some((channel) => Number.isNaN(channel[v]!)));
  const outside = (v: number) => channels.some((channel, c) => channel[v]! < gates[c]![0] || channel[v]! > gates[c]![1]);
  return { channels, gated: voxels.map((v) => !broken[v] && outside(v)), broken };
}
