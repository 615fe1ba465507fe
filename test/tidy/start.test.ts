// What is loaded before `initialize` is answered: clients wait for that, so it must stay little.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { expect, it } from 'vitest';

const SOURCES = path.resolve(import.meta.dirname, '../../src');
/** The files that a start loads, each with all that it imports statically. */
const LOADED_FIRST = ['main.ts', 'cli/program.ts', 'cli/serve-stdio.ts'];
/** Everything else is loaded when it is first needed. */
const PACKAGES = [
  '@modelcontextprotocol/server',
  '@modelcontextprotocol/server/stdio',
  'commander',
  'env-paths',
  'pino',
  'zod',
];
const FILES_MOST = 50;

/** What the file loads when it is loaded; `import type` and `import()` load nothing then. */
function importsOf(file: string): string[] {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2023);
  return source.statements.flatMap((statement) => {
    const isImport = ts.isImportDeclaration(statement);
    if (!isImport && !ts.isExportDeclaration(statement)) return [];
    const isType = isImport
      ? statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
      : statement.isTypeOnly;
    const { moduleSpecifier } = statement;
    if (isType || moduleSpecifier === undefined || !ts.isStringLiteral(moduleSpecifier)) return [];
    return [moduleSpecifier.text];
  });
}

function loadedBy(files: readonly string[]): { files: Set<string>; packages: Set<string> } {
  const found = { files: new Set<string>(), packages: new Set<string>() };
  const open = [...files];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.files.has(file)) continue;
    found.files.add(file);
    for (const name of importsOf(file)) {
      if (!name.startsWith('.')) found.packages.add(name);
      else open.push(path.resolve(path.dirname(file), name.replace(/\.js$/, '.ts')));
    }
  }
  return found;
}

const loaded = loadedBy(LOADED_FIRST.map((name) => path.join(SOURCES, name)));

it('is found on disk, so that no import is overlooked', () => {
  expect([...loaded.files].filter((file) => !existsSync(file))).toEqual([]);
});

it('needs these packages and no other', () => {
  const packages = [...loaded.packages].filter((name) => !name.startsWith('node:'));
  expect(packages.sort()).toEqual(PACKAGES);
});

it('is little of the program', () => {
  expect(loaded.files.size).toBeLessThan(FILES_MOST);
});
