/** Where a piece of work is at a time. */
interface Look {
  /** ms. */
  time: number;
  /** Done of the whole, 0..1. */
  fraction: number;
}

/** Seen for less than this, work says nothing about its speed, ms. */
const shortest = 5_000;

/**
 * Estimates the time that a piece of work still takes from how far it came while it was looked at; so pauses between
 * its steps, e.g. validations, count as well.
 *
 * @param now ms, for each look
 * @returns a function of each look: the label tells pieces of work apart; seconds, or null where nothing is known yet
 */
export function timeLeft(now: () => number): (label: string, fraction: number) => number | null {
  let label: string | null = null;
  let first: Look = { time: 0, fraction: 0 };
  let last = first;
  return (of, fraction) => {
    const time = now();
    if (of !== label || fraction < last.fraction) {
      label = of;
      first = { time, fraction };
    }
    last = { time, fraction };
    const gained = fraction - first.fraction;
    if (gained <= 0 || time - first.time < shortest) return null;
    return ((time - first.time) / 1000) * ((1 - fraction) / gained);
  };
}

/** `40 s`, `12 min`, `3 h 20 min`, `2 d 4 h`. */
export function durationInWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (seconds < 99.5) return `${Math.round(seconds)} s`;
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
