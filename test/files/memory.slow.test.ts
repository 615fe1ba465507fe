// Files are read in flat memory, however large they are. The heap of this process is measured, so no other
// test may run in it.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { DIALECTS, type TableRow } from '../../src/files/cells/dialects.js';
import { readHead, readRows } from '../../src/files/source.js';
import { readXlsxHead, readXlsxRows } from '../../src/files/xlsx/reader.js';
import { TextStore } from '../../src/files/xlsx/string-store.js';
import { xlsxChunks } from '../../src/files/xlsx/writer.js';
import { tempFile, tempFolder, usedHeap } from './temp-folder.js';
import { makeWorkbook } from './workbook.js';

async function writeBigCsv(file: string, sizeBytes: number): Promise<number> {
  const row = '"Jensen, Møller & Søn ApS",kontakt@firma.example,+45 12 34 56 78,8000\n';
  const block = row.repeat(5000);
  const blockCount = Math.ceil(sizeBytes / Buffer.byteLength(block));
  const stream = createWriteStream(file);
  stream.write('name,email,phone,zipcode\n');
  for (let index = 0; index < blockCount; index += 1) {
    if (!stream.write(block)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  return blockCount * 5000;
}

describe('a CSV file', () => {
  it('reads 50 MB in flat memory', async () => {
    const options = { fileName: 'big.csv' };
    const file = path.join(await tempFolder(), 'big.csv');
    const rowCount = await writeBigCsv(file, 50 * 1024 * 1024);
    const head = await readHead(file, options);
    const before = usedHeap();
    let seen = 0;
    let growth = 0;
    for await (const batch of readRows(file, head, { kindOf: () => null })) {
      seen += batch.length;
      if (seen % 40_000 === 0) growth = Math.max(growth, usedHeap() - before);
    }
    expect(seen).toBe(rowCount);
    expect(growth).toBeLessThan(40 * 1024 * 1024);
  });
});

describe('a workbook', () => {
  it('waits for who takes the rows: memory stays flat', async () => {
    const texts = Array.from({ length: 1000 }, (_, index) => `<si><t>By ${index}</t></si>`).join(
      '',
    );
    const cell = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`;
    const header = `<row r="1">${cell('navn')}${cell('pris')}</row>`;
    const row = '<row><c t="s"><v>999</v></c><c><v>12.5</v></c></row>';
    const sheets = { Ark1: header + row.repeat(150_000) };
    const file = await tempFile('a.xlsx', makeWorkbook({ sheets, texts }));
    const found = await readXlsxHead(file);
    const before = usedHeap();
    let seen = 0;
    let growth = 0;
    for await (const batch of readXlsxRows(file, found)) {
      seen += batch.length;
      if (seen % 50_000 !== 0) continue;
      await new Promise((resolve) => setTimeout(resolve, 50));
      growth = Math.max(growth, usedHeap() - before);
    }
    expect(seen).toBe(150_000);
    expect(growth).toBeLessThan(20 * 1024 * 1024);
  });
});

describe('a workbook that is written', () => {
  it('holds 200,000 rows in flat memory', { timeout: 180_000 }, async () => {
    const columns = Array.from({ length: 12 }, (_, index) => {
      return { header: `h${String(index)}`, kind: index === 3 ? 'amount' : 'text' } as const;
    });
    const rows = async function* (): AsyncGenerator<readonly TableRow[]> {
      for (let batch = 0; batch < 1000; batch += 1) {
        yield await Promise.resolve(
          Array.from({ length: 200 }, (_, index) =>
            columns.map(({ kind }) =>
              kind === 'amount' ? '12.5' : `${String(batch)} ${String(index)}`,
            ),
          ),
        );
      }
    };
    const style = { sheet: 'kunder', dialect: DIALECTS.standard };
    const before = usedHeap();
    let sizeBytes = 0;
    let growth = 0;
    let chunkCount = 0;
    for await (const chunk of xlsxChunks({ columns, batches: rows() }, style)) {
      sizeBytes += chunk.length;
      chunkCount += 1;
      if (chunkCount % 50 === 0) growth = Math.max(growth, usedHeap() - before);
    }
    expect(sizeBytes).toBeGreaterThan(1024 * 1024);
    expect(growth).toBeLessThan(20 * 1024 * 1024);
  });
});

describe('the texts of a workbook', () => {
  it('keep little in memory and leave no file, whatever is asked again', async () => {
    const folder = await tempFolder();
    const store = new TextStore(folder);
    const count = 2000;
    const text = (index: number): string => `${index}${'ø'.repeat(16_000)}`;
    const before = usedHeap();
    const buffers = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < count; index += 1) store.add(text(index));
    // Far apart, so that no block stays.
    for (let index = 0; index < count; index += 1) {
      const asked = (index * 787) % count;
      if (store.get(asked) !== text(asked)) throw new Error(`text ${asked} is another`);
    }
    expect(usedHeap() - before).toBeLessThan(8 * 1024 * 1024);
    expect(process.memoryUsage().arrayBuffers - buffers).toBeLessThan(40 * 1024 * 1024);
    expect(await readdir(folder)).toEqual([]);
    store.close();
  });
});
