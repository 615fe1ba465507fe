/** A file read as an import reads it (head, judgement, rows), and what that took, however it ended. */

type Intake = typeof import('../../../src/files/source.js');
type Rows = readonly { row: number; cells: (string | null)[]; problem: object | null }[];

export interface WholeReading {
  /** `completed`, the code of the refusal, or `bug: ...`. */
  readonly end: string;
  readonly rows: number;
  readonly faultyRows: number;
  /** What a call waits for, in CPU time where that is less: other processes do not count. */
  readonly headMs: number;
  /** Between two turns of the event loop, at most; counted in the same way. */
  readonly longestTurnMs: number;
}

const TICK_MS = 4;
const US_PER_MS = 1000;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / US_PER_MS;
}

function watchTurns(): () => number {
  let longest = 0;
  let [sinceMs, sinceCpuMs] = [performance.now(), cpuMs()];
  const look = (): void => {
    const [nowMs, nowCpuMs] = [performance.now(), cpuMs()];
    // Threads that unpack beside this one are no pause of it.
    longest = Math.max(longest, Math.min(nowMs - sinceMs, nowCpuMs - sinceCpuMs));
    [sinceMs, sinceCpuMs] = [nowMs, nowCpuMs];
  };
  const timer = setInterval(look, TICK_MS);
  return () => {
    look();
    clearInterval(timer);
    return longest;
  };
}

function endOf(thrown: unknown): string {
  if (thrown instanceof Error && 'code' in thrown && 'hint' in thrown) return String(thrown.code);
  return `bug: ${String(thrown)}`;
}

const KINDS: Readonly<Record<string, 'amount' | 'date'>> = { pris: 'amount', dato: 'date' };

/** `intake`: as it is built or as it is written. `onRows` is given what is read. */
export async function readWhole(
  intake: Intake,
  file: { path: string; name: string },
  onRows: (rows: Rows) => void = () => undefined,
): Promise<WholeReading> {
  const { readHead, readRows, scanSource } = intake;
  const options = { fileName: file.name };
  const kindOf = (header: string): 'amount' | 'date' | null => KINDS[header] ?? null;
  const [startedMs, startedCpuMs] = [performance.now(), cpuMs()];
  const stopWatching = watchTurns();
  let [headMs, rows, faultyRows, end] = [0, 0, 0, 'completed'];
  try {
    const head = await readHead(file.path, options).finally(() => {
      headMs = Math.min(performance.now() - startedMs, cpuMs() - startedCpuMs);
    });
    const { encoding, headers } = await scanSource(file.path, head, {
      rowsMax: 2_000_000,
      kindOf,
      options,
    });
    for await (const batch of readRows(file.path, { ...head, encoding, headers }, { kindOf })) {
      rows += batch.length;
      faultyRows += batch.filter(({ problem }) => problem !== null).length;
      onRows(batch);
    }
  } catch (thrown) {
    end = endOf(thrown);
  }
  return { end, rows, faultyRows, headMs, longestTurnMs: stopWatching() };
}
