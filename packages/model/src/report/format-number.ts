/** What a table shows where there is no value. */
export const MISSING = '–';

/** Fixed decimals with a true minus sign; `–` where the value is missing or not finite. */
export function fixed(value: number | null | undefined, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING;
  const text = Math.abs(value).toFixed(decimals);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** As `fixed`, with a plus sign in front of what is above zero. */
export function signed(value: number | null | undefined, decimals: number): string {
  const text = fixed(value, decimals);
  return value !== null && value !== undefined && value > 0 && Number(text) !== 0 ? `+${text}` : text;
}

/** A share of 1 as per cent. */
export function percent(share: number | null | undefined, decimals: number): string {
  const text = fixed(share === null || share === undefined ? share : share * 100, decimals);
  return text === MISSING ? text : `${text} %`;
}

/** `low to high`; `–` where there is no interval. */
export function range(interval: { low: number; high: number } | null, format: (value: number) => string): string {
  return interval === null ? MISSING : `${format(interval.low)} to ${format(interval.high)}`;
}

export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
