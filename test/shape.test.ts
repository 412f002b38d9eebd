import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { BROKEN_RULES } from '../scripts/broken-rules.ts';
import { withDiagrams } from '../scripts/state-diagrams.ts';

const MOST_LINES = 300;

interface Source {
  readonly path: string;
  readonly text: string;
}

const read = (pattern: string): readonly Source[] =>
  globSync(pattern).map((path) => ({ path, text: readFileSync(path, 'utf8') }));

const sources = read('src/**/*.ts');
const code = [...sources, ...read('{test,examples,bench,scripts}/**/*.ts')];

/** Lines of a file that a pattern hits, as `path:line`. */
function hits({ path, text }: Source, pattern: RegExp): readonly string[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : []));
}

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some((modifier) => modifier.kind === ts.SyntaxKind.ExportKeyword);

function documented(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0;
}

/** Names that an entry re-exports, by the file that declares them. */
function publicNames(): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  for (const entry of ['src/index.ts', 'src/testing.ts', 'src/testing-vitest.ts']) {
    const file = ts.createSourceFile(entry, readFileSync(entry, 'utf8'), ts.ScriptTarget.Latest);
    for (const node of file.statements.filter(ts.isExportDeclaration)) {
      if (!node.moduleSpecifier || !ts.isStringLiteral(node.moduleSpecifier)) continue;
      if (!node.exportClause || !ts.isNamedExports(node.exportClause)) continue;
      const path = node.moduleSpecifier.text.replace('./', 'src/');
      const known = names.get(path) ?? new Set();
      for (const element of node.exportClause.elements) known.add((element.propertyName ?? element.name).text);
      names.set(path, known);
    }
  }
  return names;
}

function namesOf(node: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(node)) return node.declarationList.declarations.map(({ name }) => name.getText());
  const { name } = node as ts.Statement & { readonly name?: ts.Node };
  return name ? [name.getText()] : [];
}

/** Public names that say nothing about themselves, as `path name`. A value and a type of one name share what they say. */
function undocumented(path: string, names: ReadonlySet<string>): readonly string[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const told = new Set(file.statements.filter((node) => isExported(node) && documented(node)).flatMap(namesOf));
  return [...names].filter((name) => !told.has(name)).map((name) => `${path} ${name}`);
}

describe('the tree', () => {
  it(`has no source file of more than ${MOST_LINES} lines`, () => {
    const long = sources.filter(({ text }) => text.trimEnd().split('\n').length > MOST_LINES);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('has each rule that is broken on purpose in exactly one place', () => {
    const times = ({ file, from }: (typeof BROKEN_RULES)[number]): number =>
      readFileSync(file, 'utf8').split(from).length - 1;
    expect(BROKEN_RULES.filter((rule) => times(rule) !== 1).map(({ file, from }) => `${file}: ${from}`)).toEqual([]);
  });

  it('has no file that is named after nothing', () => {
    const vague = /^(utils?|helpers?|types|common|misc|shared|manager)\b/;
    expect(sources.filter(({ path }) => vague.test(basename(path))).map(({ path }) => path)).toEqual([]);
  });

  it('leaves no note to do something later and switches no check off', () => {
    const unfinished = new RegExp(
      ['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', '@ts-' + '(ignore|nocheck)', '(biome|eslint)-' + '(ignore|disable)'].join(
        '|',
      ),
    );
    expect(code.flatMap((source) => hits(source, unfinished))).toEqual([]);
  });

  it('names no place on a machine of its authors', () => {
    expect(code.flatMap((source) => hits(source, /["'`(]\/(work|home|root|Users)\//))).toEqual([]);
  });

  it('draws no random number in a pure file and reads no clock there', () => {
    const impure = /\bMath\.random\b|\bhrtime\b|\bcrypto\.|\bimport\.meta\b|\brequire\(|\bimport\(/;
    const pure = sources.filter(({ path }) => /\.(state|codec)\.ts$/.test(path));
    expect(pure.flatMap((source) => hits(source, impure))).toEqual([]);
  });

  it('documents every declaration that a program can import', () => {
    const names = [...publicNames()];
    expect(names.length).toBeGreaterThan(0);
    expect(names.flatMap(([path, known]) => undocumented(path, known))).toEqual([]);
  });

  it('lists every deviation from an RFC in docs/rfc-support.md', () => {
    const listed = readFileSync('docs/rfc-support.md', 'utf8');
    const silent = sources.filter(({ path, text }) => /\bDeviation:/.test(text) && !listed.includes(path));
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('draws the state machines as they are', () => {
    const page = readFileSync('docs/architecture.md', 'utf8');
    expect(withDiagrams(page)).toBe(page);
  });

  it('explains every error code in docs/errors.md, and no other', () => {
    const declared = /export type ErrorCode =([^;]+);/.exec(readFileSync('src/errors.ts', 'utf8'))?.[1] ?? '';
    const codes = [...declared.matchAll(/'([A-Z_]+)'/g)].map(([, name]) => name);
    const rows = [...readFileSync('docs/errors.md', 'utf8').matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, name]) => name);
    expect(codes.length).toBeGreaterThan(0);
    expect(rows.filter((name) => name !== 'HANGUP').sort()).toEqual(codes.sort());
  });
});
