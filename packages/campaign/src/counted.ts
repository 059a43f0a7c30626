/** A count >= 0, rounded, with its digits in groups of three: `15 200`. */
export function grouped(count: number): string {
  return Math.round(count).toFixed(0).replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** `1 case`, `12 500 cases`. */
export function counted(count: number, noun: string): string {
  return `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
}
