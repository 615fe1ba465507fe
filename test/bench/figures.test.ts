// How figures are counted, compared and printed.
import { describe, expect, it } from 'vitest';
import {
  atLeast,
  atMost,
  checkLines,
  percentile,
  tableLines,
  type Figure,
} from '../../scripts/bench/figures.js';

function figure(parts: Partial<Figure>): Figure {
  return { what: 'rows a second', ours: 1, peer: 1, peerName: 'bare', ...parts };
}

describe('a percentile', () => {
  it('is a value that occurred, whatever the order', () => {
    const values = Array.from({ length: 200 }, (_none, index) => (index * 77) % 200);
    expect(percentile(values, 0.5)).toBe(100);
    expect(percentile(values, 0.99)).toBe(198);
    expect(percentile(values, 1)).toBe(199);
    expect(percentile([], 0.5)).toBe(0);
  });
});

describe('the table', () => {
  it('has a line a figure with its peer and their ratio, under the name of its section', () => {
    const figures = [figure({ ours: 1234, peer: 12.34 }), figure({ ours: 0.5, peer: 2 })];
    const lines = tableLines([{ name: 'reading', figures, checks: [] }]);
    expect(lines.slice(1).map((line) => line.split(/ {2,}/))).toEqual([
      ['READING'],
      ['rows a second', '1,234', '12.3', 'bare', 'x100'],
      ['rows a second', '0.500', '2.00', 'bare', 'x0.250'],
    ]);
  });

  it('names no ratio to nothing', () => {
    const figures = [figure({ peer: 0 }), figure({ peer: NaN, peerName: '' })];
    const [, , zero = '', none = ''] = tableLines([{ name: 'export', figures, checks: [] }]);
    expect(zero).toMatch(/0\.000 +bare$/);
    expect(none).toMatch(/1\.00$/);
  });
});

describe('the bounds', () => {
  it('are met at the bound itself and not beyond', () => {
    const most = { most: 50, unit: 'ms' };
    const least = { least: 98, unit: '%' };
    const checks = [
      atMost('quick', 50, most),
      atMost('slow', 50.1, most),
      atLeast('full', 98, least),
      atLeast('idle', 97.9, least),
    ];
    expect(checkLines([{ name: 'sending', figures: [], checks }])).toEqual([
      'pass  quick: 50.0 ms',
      'FAIL  slow: 50.1 ms',
      'pass  full: 98.0 %',
      'FAIL  idle: 97.9 %',
    ]);
  });

  it('are not met by what could not be measured', () => {
    expect(atMost('nothing', NaN, { most: 1, unit: '' }).passed).toBe(false);
    expect(atLeast('nothing', NaN, { least: 1, unit: '' }).passed).toBe(false);
  });
});
