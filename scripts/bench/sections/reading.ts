/** Reading alone, and store writes alone, each beside the bare library below it. */
import { join } from 'node:path';
import type { Bench } from '../bench.js';
import type { Figure, Findings } from '../figures.js';
import { runPeer } from '../peer.js';
import type { PeerCost } from '../peers/cost.js';

function figuresOf(ours: PeerCost, peer: PeerCost, peerName: string): Figure[] {
  const perSecond = ({ rows, ms }: PeerCost): number => (1000 * rows) / ms;
  const cpu = ({ rows, cpuMs }: PeerCost): number => cpuMs / rows;
  return [
    { what: 'rows a second', ours: perSecond(ours), peer: perSecond(peer), peerName },
    { what: 'CPU ms a row', ours: cpu(ours), peer: cpu(peer), peerName },
    { what: 'peak MiB', ours: ours.peakMiB, peer: peer.peakMiB, peerName },
  ];
}

/** Ours reads the file twice: the whole is judged before its rows are taken. */
export async function measureReading(bench: Bench): Promise<Findings> {
  const file = await bench.customers(bench.sizes.read);
  bench.say(`reading: ${String(bench.sizes.read)} rows`);
  const ours = await runPeer('reading', ['ours', file]);
  const papaparse = await runPeer('reading', ['papaparse', file]);
  const csvParse = await runPeer('reading', ['csv-parse', file]);
  return {
    figures: [
      ...figuresOf(ours, papaparse, 'bare papaparse'),
      ...figuresOf(ours, csvParse, 'csv-parse'),
    ],
    checks: [],
  };
}

export async function measureStoring(bench: Bench): Promise<Findings> {
  const file = await bench.customers(bench.sizes.stored);
  bench.say(`storing: ${String(bench.sizes.stored)} rows`);
  const place = (name: string): string => join(bench.folder, `${name}.sqlite`);
  const ours = await runPeer('storing', ['ours', file, place('ours')]);
  const bare = await runPeer('storing', ['bare', file, place('bare')]);
  return { figures: figuresOf(ours, bare, 'bare better-sqlite3'), checks: [] };
}
