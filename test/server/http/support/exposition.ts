/** Reads the text format of Prometheus, and refuses what its own parser would refuse. */

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const COMMENT = /^# (HELP|TYPE) ([a-z_:][a-z0-9_:]*) (.+)$/;
const SAMPLE = /^([a-z_:][a-z0-9_:]*)(?:\{(.*)\})? (-?[0-9.]+(?:e[+-]?\d+)?|[+-]Inf|Nan)$/i;
const LABEL = /^([a-z_]\w*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/i;
const TYPES = ['counter', 'gauge', 'histogram', 'summary'];

function labelsIn(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== '';) {
    const match = LABEL.exec(rest);
    if (match === null) throw new Error(`not labels: ${text}`);
    const [all, name = '', value = ''] = match;
    labels[name] = value;
    rest = rest.slice(all.length);
  }
  return labels;
}

interface Types {
  readonly of: Map<string, string>;
}

/** Notes the type of a family; false: the line is no comment. */
function readComment(types: Types, line: string): boolean {
  const comment = COMMENT.exec(line);
  if (comment === null) return false;
  const [, kind, name = '', rest = ''] = comment;
  if (kind === 'HELP') return true;
  if (types.of.has(name) || !TYPES.includes(rest)) throw new Error(`not a type: ${line}`);
  types.of.set(name, rest);
  return true;
}

function readSample(types: Types, line: string): Sample {
  const match = SAMPLE.exec(line);
  if (match === null) throw new Error(`not a sample: ${line}`);
  const [, name = '', labels = '', value = ''] = match;
  const family = types.of.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, '');
  if (!types.of.has(family)) throw new Error(`without a type: ${line}`);
  return { name, labels: labelsIn(labels), value: Number(value.replace('Inf', 'Infinity')) };
}

/** The samples in their order. Throws for a line of another form, a repeated sample, and one without a type. */
export function readExposition(text: string): Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const types: Types = { of: new Map() };
  const lines = text.split('\n').filter((line) => line !== '' && !readComment(types, line));
  const names = lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
  if (new Set(names).size < names.length) throw new Error('a sample stands twice');
  return lines.map((line) => readSample(types, line));
}

/** The value of the sample with these labels; undefined: there is none. */
export function valueOf(
  samples: readonly Sample[],
  name: string,
  labels: Sample['labels'] = {},
): number | undefined {
  const isMeant = (sample: Sample): boolean =>
    sample.name === name &&
    Object.entries(labels).every(([label, value]) => sample.labels[label] === value);
  return samples.find(isMeant)?.value;
}
