/** The account and the files of the requests: a sandbox with thousands of records, and a server on it. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { bytesOf } from '../../test/jobs/scan/ordinary/file-bytes.js';
import type { Cell } from '../../test/jobs/scan/ordinary/ordinary-file.js';
import { startSandboxProcess, type SandboxProcess } from '../../test/support/sandbox-process.js';
import {
  makeHome,
  openServer,
  settingsFor,
  type Connection,
} from '../../test/support/stdio-clients.js';
import { CountedClient } from './counted-client.js';

const HOURLY_PRODUCTS = 60;
const FILE_CUSTOMERS = 150;
/** Every so many-th customer of the file has a number that fails its check digit. */
const WRONG_EVERY = 21;
const LONG_FILE_ROWS = 2000;
const CVR_WEIGHTS = [2, 7, 6, 5, 4, 3, 2];
const CVR_MODULUS = 11;

export interface Ground {
  readonly sandbox: SandboxProcess;
  /** A fresh count on the same connection. */
  assistant(): CountedClient;
  readonly close: () => Promise<void>;
}

/** A number whose check digit is right. */
function vatNo(index: number): string {
  for (let digits = 4_000_000 + index * 10; ; digits += 1) {
    const sum = CVR_WEIGHTS.reduce(
      (total, weight, at) => total + weight * Number(String(digits).charAt(at)),
      0,
    );
    const check = (CVR_MODULUS - (sum % CVR_MODULUS)) % CVR_MODULUS;
    if (check < CVR_MODULUS - 1) return `${String(digits)}${String(check)}`;
  }
}

function isWrong(index: number): boolean {
  return index % WRONG_EVERY === 0;
}

function wrongVatNo(index: number): string {
  const right = vatNo(index);
  return right.slice(0, -1) + String((Number(right.slice(-1)) + 1) % 10);
}

/** The rows of the workbook whose numbers are wrong, as a person corrects them. */
export function correctedRows(): Record<string, string>[] {
  return Array.from({ length: FILE_CUSTOMERS }, (_, index) => index)
    .filter(isWrong)
    .map((index) => ({ navn: `Arkets kunde ${String(index)}`, cvr: vatNo(index) }));
}

function customerCells(): Cell[][] {
  const rows = Array.from({ length: FILE_CUSTOMERS }, (_, index): Cell[] => {
    const no = isWrong(index) ? wrongVatNo(index) : vatNo(index);
    return [`Arkets kunde ${String(index)}`, no, 'Nygade 1', 8000, 'Aarhus C', 14];
  });
  return [['Navn', 'CVR-nummer', 'Vejnavn', 'Postnr.', 'By', 'Betalingsfrist (dage)'], ...rows];
}

/** Customers by number, of which every so many-th has no e-mail address but a word. */
function numberedCustomers(letter: string, count: number): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const email = index % WRONG_EVERY === 0 ? 'ring først' : `k${String(index)}@${letter}.example`;
    return `Kunde ${letter}${String(index)} ApS;${letter}${String(index)};${email}`;
  });
  return ['Navn;Kundenr.;E-mail', ...rows].join('\r\n');
}

const FILES: Readonly<Record<string, string>> = {
  'rettelser.csv': numberedCustomers('r', FILE_CUSTOMERS),
  'lang.csv': numberedCustomers('l', LONG_FILE_ROWS),
  'ydelser.csv': [
    'Ydelsesnr.;Ydelse;Enhed;Timepris',
    ...Array.from({ length: HOURLY_PRODUCTS }, (_, index) => {
      const no = String(index);
      return `Y${no};Ydelse ${no};time;${String(400 + index)},50`;
    }),
  ].join('\r\n'),
  'fakturaer.csv': [
    'Fakturaref;Kundenr.;Fakturadato;Varenr.;Tekst;Antal;Enhedspris;Godkend',
    ...Array.from({ length: 20 }, (_, index) => {
      return `F${String(index)};r${String(index + 1)};05-11-2026;Y1;Timer i oktober;2;500,00;ja`;
    }),
  ].join('\r\n'),
  'leverandører.csv': [
    'Leverandørnr.;Navn;CVR-nr.;Betalingsbetingelser',
    ...Array.from({ length: 40 }, (_, index) => {
      const no = String(index);
      return `L${no};Leverandør ${no};${vatNo(5000 + index)};Netto 14 dage`;
    }),
  ].join('\r\n'),
};

/** `records`: contacts and products that the account has. The caller closes it. */
export async function openGround(records: number): Promise<Ground> {
  const products = String(records - HOURLY_PRODUCTS);
  const flags = ['--contacts', String(records), '--products', products];
  const sandbox = await startSandboxProcess(flags);
  const home = await makeHome();
  for (const [name, text] of Object.entries(FILES)) {
    await writeFile(path.join(home.folder, name), `\ufeff${text}\r\n`);
  }
  const workbook = bytesOf({ name: 'kunder', cells: customerCells() });
  await writeFile(path.join(home.folder, 'kunder.xlsx'), workbook);
  const connection: Connection = await openServer(settingsFor(sandbox, home));
  const setUp = new CountedClient(connection);
  await setUp.ended('import_products_csv', { filePath: 'ydelser.csv' });
  return {
    sandbox,
    assistant: () => new CountedClient(connection),
    close: async () => {
      await connection.close();
      await sandbox.stop();
      await home.remove();
    },
  };
}
