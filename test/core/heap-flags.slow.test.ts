// The heap of a process that streams: smaller with the settings than without.
import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** Makes garbage by the megabyte, of which some lives for a while, as rows of a file do; prints its peak in MiB. */
const STREAM = `
  const kept = [];
  for (let piece = 0; piece < 4000; piece += 1) {
    const rows = Array.from({ length: 200 }, (_none, index) => ({ index, text: 'row ' + piece + ' ' + index }));
    kept.push(rows);
    if (kept.length > 80) kept.shift();
    if (piece % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const { getHeapSpaceStatistics } = await import('node:v8');
  const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
  console.log(JSON.stringify({
    peakMiB: process.resourceUsage().maxRSS / 1024,
    nurseryMiB: young.space_size / 1024 / 1024,
  }));
`;

interface Found {
  readonly peakMiB: number;
  readonly nurseryMiB: number;
}

function streamed(prelude: string): Found {
  const script = `${prelude}\n${STREAM}`;
  const arguments_ = ['--input-type=module', '-e', script];
  return JSON.parse(execFileSync(process.execPath, arguments_, { encoding: 'utf8' })) as Found;
}

const BUILT = JSON.stringify(new URL('../../dist/core/heap-flags.js', import.meta.url).href);

it('garbage that streams through takes less memory at its peak', () => {
  const small = streamed(`await import(${BUILT});`);
  expect(streamed('').peakMiB - small.peakMiB).toBeGreaterThan(10);
});

it('what is young takes 8 MiB where that is allowed, and no more', () => {
  expect(streamed(`await import(${BUILT});`).nurseryMiB).toBeLessThan(8);
  const allowed = streamed(`(await import(${BUILT})).allowNursery();`);
  expect(allowed.nurseryMiB).toBe(8);
  expect(streamed('').peakMiB).toBeGreaterThan(allowed.peakMiB);
});

it('what is young takes no more than 8 MiB when much survives before the next turn of the event loop', () => {
  const storm = `
    const { getHeapSpaceStatistics } = await import('node:v8');
    const kept = [];
    for (let index = 0; index < 200_000; index += 1) {
      kept.push({ index, text: 'row ' + index });
      if (kept.length > 60_000) kept.splice(0, 30_000);
    }
    const young = getHeapSpaceStatistics().find((space) => space.space_name === 'new_space');
    console.log(young.space_size / 1024 / 1024);
  `;
  const script = `(await import(${BUILT})).allowNursery();${storm}`;
  const arguments_ = ['--input-type=module', '-e', script];
  expect(Number(execFileSync(process.execPath, arguments_, { encoding: 'utf8' }))).toBe(8);
});
