/** Counts and times in words, for texts that people read. */

const SECONDS_PER_MINUTE = 60;
const MINUTES_PER_HOUR = 60;
const HOURS_PER_DAY = 24;
/** Larger figures are given in the next unit. */
const SECONDS_SHOWN = 100;
const MINUTES_SHOWN = 100;
const HOURS_SHOWN = 48;

/** `1 request`, `2 requests`. */
export function countWords(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function toHalf(value: number): number {
  return Math.round(value * 2) / 2;
}

/** A time, rounded: `40 seconds`, `20 minutes`, `3.5 hours`, `2 days`. */
export function durationWords(seconds: number): string {
  if (seconds < SECONDS_SHOWN) return countWords(Math.round(seconds), 'second');
  const minutes = seconds / SECONDS_PER_MINUTE;
  if (minutes < MINUTES_SHOWN) return countWords(Math.round(minutes), 'minute');
  const hours = minutes / MINUTES_PER_HOUR;
  if (hours < HOURS_SHOWN) return countWords(toHalf(hours), 'hour');
  return countWords(toHalf(hours / HOURS_PER_DAY), 'day');
}
