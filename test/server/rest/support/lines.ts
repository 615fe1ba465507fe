/** A log whose lines a test reads. */
import { pino } from 'pino';
import type { Log } from '../../../../src/core/log.js';

export function openLogTo(lines: string[]): Log {
  return pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
}
