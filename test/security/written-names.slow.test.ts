// Which files a call may make the server write: tables, under names that mean the same everywhere.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { calmWorld, type World } from '../support/engine-world.js';

const CASES = Number(process.env['FUZZ_CASES'] ?? 1000);
const TIMEOUT_MS = 120_000;

async function worldWithJob(): Promise<{ world: World; jobId: string }> {
  const world = await calmWorld();
  const { id } = await world.imported('name\n"$(touch pwned)"\n');
  return { world, jobId: id };
}

/** Null: written. */
async function codeOfReport(
  { world, jobId }: { world: World; jobId: string },
  filePath: string,
): Promise<string | null> {
  try {
    await world.service.report(jobId, { scope: 'all', filePath, overwrite: true });
    return null;
  } catch (error) {
    if (error instanceof AppError) return error.code;
    throw error;
  }
}

describe('a file that other programs read for more than a table', () => {
  it.each(['.bashrc', 'authorized_keys', 'run.sh', 'crontab', '.npmrc.csv', '.csv', '..csv'])(
    'is never written: %s',
    async (name) => {
      const ground = await worldWithJob();
      const file = path.join(ground.world.folder, name);
      writeFileSync(file, 'mine');
      expect(await codeOfReport(ground, name)).toBe('INPUT_INVALID');
      expect(readFileSync(file, 'utf8')).toBe('mine');
    },
  );

  it('is not written by an export, an earlier one that was not done included', async () => {
    const world = await calmWorld();
    const exporting = world.service.export(
      {
        resource: (await import('../../src/resources/registry.js')).resourceNamed('customer'),
        filters: {},
        filePath: 'run.sh',
        overwrite: true,
        dialect: 'standard',
      },
      new AbortController().signal,
    );
    await expect(exporting).rejects.toMatchObject({ code: 'INPUT_INVALID' });
    expect(readdirSync(world.folder)).toEqual([]);
  });
});

describe('a workbook', () => {
  it('is written as one, not filled with text', async () => {
    const ground = await worldWithJob();
    for (const name of ['report.xlsx', 'REPORT.XLSX']) {
      expect(await codeOfReport(ground, name)).toBeNull();
      const bytes = readFileSync(path.join(ground.world.folder, name));
      expect(bytes.subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    }
  });
});

describe('an ordinary name', () => {
  it.each([
    'a.csv',
    'Kunder æøå 2026 (1).CSV',
    'x..csv',
    '客户.csv',
    '😀.csv',
    'no dot file.x.csv',
    'console.csv',
    `${'l'.repeat(251)}.csv`,
  ])('is taken: %s', async (name) => {
    const ground = await worldWithJob();
    expect(await codeOfReport(ground, name)).toBeNull();
    expect(readdirSync(ground.world.folder)).toEqual([name]);
  });
});

const ODD = ['\0', '\n', '\u001b', '\u007f', '\u0085', '\u202e', '\u200b', '\ud800', ':', '\\'];
const DEVICES = ['con', 'PRN', 'aux', 'NUL', 'com1', 'LPT9', 'COM¹', 'CONIN$', 'nul '];
const PARTS = [...ODD, ...DEVICES, '.', ' ', '..', '.csv', '.xlsx', '.sh', '.exe', ':stream', '|'];
const MORE = ['a', 'Ø', '客', '😀', '-', '$(x)', 'l'.repeat(120), '\t', '.CSV', '.csv.', '.csv '];

/** Half of them end as a table does, so that the rest of the name decides. */
const names = fc
  .tuple(fc.array(fc.constantFrom(...PARTS, ...MORE), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([parts, isTable]) => `${parts.join('')}${isTable ? '.csv' : ''}`)
  .filter((name) => !['.', '..'].includes(name));

/** Told sign by sign, apart from the product's own patterns. */
function isHarmless(name: string): boolean {
  const signs = Array.from(name, (sign) => sign.codePointAt(0) ?? 0);
  const isPlain = signs.every((code) => {
    const isControl = code < 32 || (code >= 127 && code < 160);
    const isHalf = code >= 0xd800 && code < 0xe000;
    return !isControl && !isHalf;
  });
  const stem = name.slice(0, name.indexOf('.')).trim().toLowerCase();
  const isDevice = DEVICES.some((device) => device.trim().toLowerCase() === stem);
  const first = name.charAt(0);
  return (
    isPlain &&
    ['.csv', '.xlsx'].some((ending) => name.toLowerCase().endsWith(ending)) &&
    first !== '.' &&
    first !== ' ' &&
    ![':', '\\', '|', '\u202e', '\u200b'].some((sign) => name.includes(sign)) &&
    !isDevice &&
    Buffer.byteLength(name) <= 255
  );
}

describe('any name', () => {
  it(
    `is harmless, or refused and not written (${CASES} cases)`,
    async () => {
      const ground = await worldWithJob();
      const { folder } = ground.world;
      const property = fc.asyncProperty(names, async (name) => {
        const before = new Set(readdirSync(folder));
        const code = await codeOfReport(ground, name);
        const fresh = readdirSync(folder).filter((file) => !before.has(file));
        expect(fresh.filter((file) => !isHarmless(file))).toEqual([]);
        expect([name, code]).toEqual([name, isHarmless(name) ? null : (code ?? 'written')]);
        if (code !== null) expect([name, code, fresh]).toEqual([name, 'INPUT_INVALID', []]);
      });
      await fc.assert(property, { numRuns: CASES, seed: 20_261_130 });
      expect(readdirSync(folder).length).toBeGreaterThan(5);
    },
    TIMEOUT_MS,
  );
});
