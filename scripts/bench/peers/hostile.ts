/** Reading one hostile file by our intake as it is built, in a heap such as the server's. */
import { basename } from 'node:path';
import { costOf, given, type PeerCost } from './cost.js';
import { readWhole, type WholeReading } from './read-whole.js';

type Intake = typeof import('../../../src/files/source.js');
type SmallHeap = typeof import('../../../src/core/heap-flags.js');

export interface HostileCost extends PeerCost {
  readonly reading: WholeReading;
}

const [path = ''] = given();
const built = (name: string): string => new URL(`../${name}`, import.meta.url).href;
const { allowNursery } = (await import(built('core/heap-flags.js'))) as SmallHeap;
const intake = (await import(built('files/source.js'))) as Intake;
allowNursery();

let reading: WholeReading | null = null;
const cost = await costOf(async () => {
  reading = await readWhole(intake, { path, name: basename(path) });
  return reading.rows;
});
process.stdout.write(`${JSON.stringify({ ...cost, reading })}\n`);
