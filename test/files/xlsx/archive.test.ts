import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/core/errors.js';
import { LIMITS } from '../../../src/core/limits.js';
import { asDamage, openArchive } from '../../../src/files/xlsx/archive.js';
import { failureOf, tempFile } from '../temp-folder.js';
import { makeZip } from '../workbook.js';

const open = async (bytes: Buffer): ReturnType<typeof openArchive> =>
  openArchive(await tempFile('a.xlsx', bytes));

describe('openArchive', () => {
  it('gives the parts, whatever the case of their names', async () => {
    const archive = await open(makeZip({ 'xl/Workbook.xml': 'æ'.repeat(1000) }));
    expect([archive.has('XL/workbook.XML'), archive.has('xl')]).toEqual([true, false]);
    expect(await text(await archive.open('xl/workbook.xml', 2000))).toBe('æ'.repeat(1000));
    archive.close();
  });

  it('refuses a part that says it is too large, and one that is larger than it says', async () => {
    const whole = makeZip({ a: 'x'.repeat(5000) });
    const archive = await open(whole);
    expect((await failureOf(archive.open('a', 4999))).code).toBe('INPUT_TOO_LARGE');
    expect((await failureOf(archive.open('b', 4999))).code).toBe('CSV_MALFORMED');
    archive.close();
    const size = whole.lastIndexOf('PK\u0001\u0002') + 24;
    whole.writeUInt32LE(10, size);
    const lying = await open(whole);
    const reading = lying.open('a', 4999).then(text);
    await expect(reading).rejects.toThrow('too many bytes');
    lying.close();
  });

  it('refuses an archive of too many parts before it lists them', async () => {
    const names = Array.from({ length: LIMITS.xlsxPartsMax + 1 }, (_, index) => [`${index}`, '']);
    const parts = Object.fromEntries(names) as Record<string, string>;
    expect((await failureOf(open(makeZip(parts)))).code).toBe('INPUT_TOO_LARGE');
  });

  it('refuses a list of parts that fills the memory, and two parts of one name', async () => {
    const long = Array.from({ length: 100 }, (_, index) => [`${index}${'x'.repeat(50_000)}`, '']);
    const parts = Object.fromEntries(long) as Record<string, string>;
    expect((await failureOf(open(makeZip(parts)))).code).toBe('INPUT_TOO_LARGE');
    expect((await failureOf(open(makeZip({ a: '1', A: '2' })))).code).toBe('CSV_MALFORMED');
  });

  it('refuses a part that is not what it was when it was packed', async () => {
    const whole = makeZip({ a: randomBytes(200) });
    const at = whole.indexOf('PK\u0001\u0002') + 16;
    whole.writeUInt8(whole.readUInt8(at) ^ 1, at);
    const archive = await open(whole);
    await expect(archive.open('a', 1000).then(text)).rejects.toMatchObject({
      code: 'CSV_MALFORMED',
    });
    archive.close();
  });

  it('keeps the failure of a part for its reader, however late he comes', async () => {
    const whole = makeZip({ a: randomBytes(500).toString('base64') });
    whole.fill(0xff, 40, 60);
    const archive = await open(whole);
    const part = await archive.open('a', 1000);
    // Not heard of by anybody, the failure would end the process, and this test with it.
    await setTimeout(100);
    await expect(text(part)).rejects.toThrow('invalid');
    archive.close();
  });

  it.each([0.3, 0.6, 0.99])('refuses one that is cut at %d', async (share) => {
    const whole = makeZip({ 'xl/workbook.xml': 'x'.repeat(500) });
    const failure = await failureOf(open(whole.subarray(0, whole.length * share)));
    expect(failure.code).toBe('CSV_MALFORMED');
    expect(failure.message).toContain('damaged or incomplete');
  });

  it('reports a file that is gone', async () => {
    expect((await failureOf(openArchive('/no/such/file.xlsx'))).code).toBe('FILE_NOT_FOUND');
  });
});

describe('asDamage', () => {
  it('leaves our own refusals and an abort alone', () => {
    const ours = new InputError({ code: 'INPUT_INVALID', message: 'x' });
    const abort = new DOMException('stop', 'AbortError');
    expect(asDamage(ours)).toBe(ours);
    expect(asDamage(abort)).toBe(abort);
    expect(asDamage(new Error('invalid distance'))).toMatchObject({ code: 'CSV_MALFORMED' });
    expect(asDamage(Object.assign(new Error('z'), { code: 'Z_DATA_ERROR' }))).toMatchObject({
      code: 'CSV_MALFORMED',
    });
    expect(asDamage(Object.assign(new Error('n'), { code: 'EACCES' }))).toMatchObject({
      code: 'INPUT_INVALID',
    });
  });
});
