/** The least that can be done: bare papaparse over a stream, followed by bare better-sqlite3 batch inserts. */
import { createReadStream } from 'node:fs';
import Database from 'better-sqlite3';
import Papa from 'papaparse';
import { given, tellCost } from './cost.js';

const BATCH_ROWS = 500;
const PLACES = '?, ?, ?, ?, ?, ?, ?, ?';

const [file = '', path = ''] = given();

function openTable(): (rows: readonly string[][]) => void {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE rows (name, email, phone, address, city, zipcode, country, vatNo)');
  const insert = database.prepare(`INSERT INTO rows VALUES (${PLACES})`);
  return database.transaction((rows: readonly string[][]) => {
    for (const row of rows) insert.run(row);
  });
}

await tellCost(
  () =>
    new Promise((resolve, reject) => {
      const insertAll = openTable();
      let batch: string[][] = [];
      let count = -1;
      Papa.parse<string[]>(createReadStream(file, 'utf8'), {
        skipEmptyLines: true,
        step: ({ data }) => {
          count += 1;
          // The header.
          if (count === 0) return;
          batch.push(data);
          if (batch.length < BATCH_ROWS) return;
          insertAll(batch);
          batch = [];
        },
        complete: () => {
          insertAll(batch);
          resolve(count);
        },
        error: reject,
      });
    }),
);
