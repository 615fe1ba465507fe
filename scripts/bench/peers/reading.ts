/** Reading a CSV file to its end and doing nothing with the rows: by a bare parser, or by our intake as it is built. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import Papa from 'papaparse';
import { given, tellCost } from './cost.js';

type Intake = typeof import('../../../src/files/source.js');

const [how = '', file = ''] = given();

function byPapaparse(): Promise<number> {
  return new Promise((resolve, reject) => {
    let count = -1;
    Papa.parse<string[]>(createReadStream(file, 'utf8'), {
      skipEmptyLines: true,
      step: () => {
        count += 1;
      },
      complete: () => {
        resolve(count);
      },
      error: reject,
    });
  });
}

async function byCsvParse(): Promise<number> {
  const parser = createReadStream(file).pipe(parse());
  let count = -1;
  parser.on('data', () => {
    count += 1;
  });
  await once(parser, 'end');
  return count;
}

/** Both passes of an import: the whole is judged, then its rows are read. */
async function byOurs(): Promise<number> {
  const built = new URL('../files/source.js', import.meta.url).href;
  const { readHead, readRows, scanSource } = (await import(built)) as Intake;
  const options = { fileName: 'customers.csv' };
  const head = await readHead(file, options);
  const kindOf = () => null;
  const { encoding, headers } = await scanSource(file, head, {
    rowsMax: Number.MAX_SAFE_INTEGER,
    kindOf,
    options,
  });
  let count = 0;
  for await (const rows of readRows(file, { ...head, encoding, headers }, { kindOf })) {
    count += rows.length;
  }
  return count;
}

const WAYS: Readonly<Record<string, () => Promise<number>>> = {
  papaparse: byPapaparse,
  'csv-parse': byCsvParse,
  ours: byOurs,
};

const way = WAYS[how];
if (way === undefined) throw new Error(`no such way: ${how}`);
await tellCost(way);
