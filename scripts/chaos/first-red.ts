/** Prints the first seed that the simulation of this copy of the sources finds red, as one line of JSON. */
import { runSeeds } from './campaign.js';

const [first = '1', count = '1'] = process.argv.slice(2);
const LIMIT = Number(first) + Number(count);

async function firstRed(): Promise<{ readonly seed: number | null; readonly text: string }> {
  for (let seed = Number(first); seed < LIMIT; seed += 1) {
    const { failures } = await runSeeds({ seeds: 1, firstSeed: seed, say: () => undefined });
    const finding = failures[0]?.findings[0];
    if (finding !== undefined) return { seed, text: `${finding.kind}: ${finding.text}` };
  }
  return { seed: null, text: `nothing found in ${count} seeds` };
}

process.stdout.write(`${JSON.stringify(await firstRed())}\n`);
