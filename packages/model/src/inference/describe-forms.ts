import type { FormTiming } from '@geoscribe/torch-native';

/** The chosen form and all timings in words: `bfloat16 channels-last (0.121 s a step; float32 channels-last 0.240; ...)`. */
export function describeForms([chosen, ...others]: readonly FormTiming[], run: 'step' | 'patch' = 'step'): string {
  if (chosen === undefined) return 'none';
  const rest = others.map(({ precision, layout, seconds, estimated }) => `; ${precision} ${layout} ${estimated ? 'about ' : ''}${seconds.toFixed(3)}`);
  return `${chosen.precision} ${chosen.layout} (${chosen.seconds.toFixed(3)} s a ${run}${rest.join('')})`;
}
