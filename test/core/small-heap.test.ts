// The heap of a process that streams: smaller with the settings than without.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Makes garbage by the megabyte, of which some lives for a while, as rows of a file do; prints its peak in MiB. */
const STREAM = `
  const kept = [];
  for (let piece = 0; piece < 4000; piece += 1) {
    const rows = Array.from({ length: 200 }, (_none, index) => ({ index, text: 'row ' + piece + ' ' + index }));
    kept.push(rows);
    if (kept.length > 20) kept.shift();
  }
  console.log(process.resourceUsage().maxRSS / 1024);
`;

function peakMiB(prelude: string): number {
  const script = `${prelude}\n${STREAM}`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }),
  );
}

it('garbage that streams through takes less memory at its peak', () => {
  const settings = new URL('../../dist/core/small-heap.js', import.meta.url).href;
  const small = peakMiB(`await import(${JSON.stringify(settings)});`);
  expect(peakMiB('') - small).toBeGreaterThan(10);
});
