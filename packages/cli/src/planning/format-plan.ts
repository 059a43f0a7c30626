import type { Plan, PlanReason } from '@geoscribe/model';
import { formatTable } from '../output/format-table.js';

/** A plan's settings as a table, then what explains them, a paragraph each. */
export function formatPlan(plan: Plan, memory: { needed: number; free: number }, reasons: readonly PlanReason[]): string {
  const { budget, targetSpacing, patch, batch, stages, normalization, dataset } = plan;
  const table = formatTable(
    ['setting', 'value'],
    [
      ['preset', budget],
      ['spacing', `${targetSpacing.map((mm) => Number(mm.toFixed(3))).join(' x ')} mm`],
      ['patch', `${patch.join(' x ')} voxels`],
      ['batch', `${batch} patches`],
      ['features', stages.map(({ features }) => features).join(', ')],
      ['normalization', normalization.map(({ scheme }, channel) => `${dataset.channels[channel]}: ${scheme}`).join(', ')],
      ['memory', `about ${inGigabytes(memory.needed)} on the CPU, ${inGigabytes(memory.free)} free now`],
    ],
  );
  return table + reasons.map(({ about, text }) => `\n${about}: ${text}\n`).join('');
}

function inGigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
