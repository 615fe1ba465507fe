/**
 * Writes what follows from the code: schemas/tools, schemas/rows, .env.example, and the tables of the README.
 * `--check` writes nothing and fails when anything on disk differs.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import prettier from 'prettier';
import { flagOf, SETTINGS } from '../src/config.js';
import { RESOURCES } from '../src/resources/registry.js';
import { jsonSchemaOf, listedTools } from '../src/server/mcp/tool-list.js';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');
const FOLDERS = ['schemas/tools', 'schemas/rows'];

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function schemaFiles(): Map<string, string> {
  const files = new Map<string, string>();
  for (const tool of listedTools(['all'], 'web'))
    files.set(`schemas/tools/${tool.name}.json`, json(tool));
  for (const { name, rowSchema } of RESOURCES) {
    files.set(`schemas/rows/${name}.json`, json(jsonSchemaOf(rowSchema, 'input')));
  }
  return files;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

/** Only imports add other records when they are called again. */
function effectOf({
  readOnlyHint,
  destructiveHint,
  idempotentHint,
}: ReturnType<typeof listedTools>[number]['annotations']): string {
  if (readOnlyHint) return 'reads';
  if (!idempotentHint) return 'creates, or also updates if asked';
  return destructiveHint ? 'changes or deletes' : 'controls a job, or writes a file';
}

function toolTable(): string {
  const rows = listedTools(['all'], 'web').map(({ name, description, annotations }) => {
    const [first = ''] = description.split(/(?<=\.) /);
    return `| \`${name}\` | ${cell(first)} | ${effectOf(annotations)} |`;
  });
  return ['| tool | does | effect |', '| --- | --- | --- |', ...rows].join('\n');
}

function settingTable(): string {
  const rows = SETTINGS.map(({ name, fallback, help }) => {
    const standard = fallback === null ? 'none' : `\`${fallback}\``;
    return `| \`${name}\` | \`--${flagOf(name)}\` | ${standard} | ${cell(help)} |`;
  });
  return ['| name | flag | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

const ENV_CHARS = 100;

/** The text in comments, broken between words. */
function commented(text: string): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + word.length + 1 > ENV_CHARS) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines.map((line) => `# ${line}`);
}

function envExample(): string {
  const head = [
    '# Settings of the server, for EnvironmentFile= of systemd or for `set -a; . ./.env; set +a`.',
    '# Take the sign away in front of those that you set. docs/server.md leads through them.',
  ];
  const settings = SETTINGS.flatMap(({ name, fallback, help }) => [
    '',
    ...commented(help),
    `#${name}=${fallback ?? ''}`,
  ]);
  return `${[...head, ...settings].join('\n')}\n`;
}

function withTable(readme: string, table: { name: string; text: string }): string {
  const [start, end] = [`<!-- generated: ${table.name} -->`, '<!-- end of generated -->'];
  const from = readme.indexOf(start);
  const to = readme.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`README.md has no place for the table of ${table.name}`);
  return `${readme.slice(0, from + start.length)}\n\n${table.text}\n\n${readme.slice(to)}`;
}

async function readmeFile(): Promise<string> {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const withTools = withTable(readme, { name: 'tools', text: toolTable() });
  const whole = withTable(withTools, { name: 'settings', text: settingTable() });
  const options = await prettier.resolveConfig(join(ROOT, 'README.md'));
  return prettier.format(whole, { ...options, parser: 'markdown' });
}

/** Files in the generated folders that nothing generates any more. */
function leftovers(files: ReadonlyMap<string, string>): string[] {
  return FOLDERS.flatMap((folder) => {
    const path = join(ROOT, folder);
    const names = existsSync(path) ? readdirSync(path) : [];
    return names.map((name) => `${folder}/${name}`).filter((name) => !files.has(name));
  });
}

function isCurrent(file: string, text: string): boolean {
  const path = join(ROOT, file);
  return existsSync(path) && readFileSync(path, 'utf8') === text;
}

async function generate(isCheck: boolean): Promise<number> {
  const files = schemaFiles();
  files.set('README.md', await readmeFile());
  files.set('.env.example', envExample());
  const stale = [...files].filter(([file, text]) => !isCurrent(file, text)).map(([file]) => file);
  const extra = leftovers(files);
  if (isCheck) {
    for (const file of [...stale, ...extra]) {
      process.stderr.write(`${file} differs from the code: run npm run generate\n`);
    }
    return stale.length + extra.length === 0 ? 0 : 1;
  }
  for (const file of stale) {
    mkdirSync(dirname(join(ROOT, file)), { recursive: true });
    writeFileSync(join(ROOT, file), files.get(file) ?? '');
  }
  for (const file of extra) rmSync(join(ROOT, file));
  process.stdout.write(`${String(stale.length + extra.length)} files changed\n`);
  return 0;
}

process.exitCode = await generate(process.argv.includes('--check'));
