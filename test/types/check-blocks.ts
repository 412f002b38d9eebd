import { join } from 'node:path';
import ts from 'typescript';
import type { CodeBlock } from './code-blocks.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const ENTRIES = { offhook: 'src/index.ts', 'offhook/testing': 'src/testing.ts' } as const;

/** What a reader has at hand in every example, and its type. */
const AT_HAND: Readonly<Record<string, string>> = {
  ua: 'import("offhook").UserAgent',
  call: 'import("offhook/testing").FakeCall',
  bridge: 'import("offhook").Bridge',
  channel: 'import("offhook").Channel',
  readFile: 'typeof import("node:fs/promises").readFile',
  myMenu: '(channel: import("offhook").Channel) => Promise<unknown>',
};

/** What stands beside the tests in the documents. */
const NEIGHBOURS = { 'ivr.ts': 'test/consumer/vitest/ivr.ts' } as const;

function options(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options: parsed } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
  // An example may show a result that it does not use.
  return { ...parsed, noUnusedLocals: false, noUnusedParameters: false };
}

function exportsOf(program: ts.Program, entry: string): readonly string[] {
  const file = program.getSourceFile(join(ROOT, entry));
  const module = file && program.getTypeChecker().getSymbolAtLocation(file);
  return module
    ? program
        .getTypeChecker()
        .getExportsOfModule(module)
        .map(({ name }) => name)
    : [];
}

/** Names that a piece of code uses, and those that it declares or imports itself. */
function namesIn(code: string): { readonly used: ReadonlySet<string>; readonly own: ReadonlySet<string> } {
  const used = new Set<string>();
  const own = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) used.add(node.text);
    if (ts.isImportSpecifier(node)) own.add(node.name.text);
    // At the top level alone: a parameter hides a name in its function only.
    if (ts.isSourceFile(node.parent ?? node) && ts.isVariableStatement(node)) {
      for (const { name } of node.declarationList.declarations) collect(name, own);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('block.ts', code, ts.ScriptTarget.Latest, true));
  return { used, own };
}

function collect(name: ts.BindingName, into: Set<string>): void {
  if (ts.isIdentifier(name)) into.add(name.text);
  else for (const element of name.elements) if (ts.isBindingElement(element)) collect(element.name, into);
}

/** A line in front of the code that brings what it uses and does not import. */
function prelude(code: string, names: Readonly<Record<string, readonly string[]>>): string {
  const { used, own } = namesIn(code);
  const missing = (name: string): boolean => used.has(name) && !own.has(name);
  const imports = Object.entries(names).map(
    ([entry, exported]) =>
      `import { ${exported.filter((name) => name !== 'Error' && missing(name)).join(', ')} } from '${entry}';`,
  );
  const declared = Object.entries(AT_HAND)
    .filter(([name]) => missing(name))
    .map(([name, type]) => `declare const ${name}: ${type};`);
  return [...imports, ...declared, 'export {};'].join(' ');
}

/** What the compiler says about the blocks, each line with the place in the document. */
export function checkBlocks(blocks: readonly CodeBlock[]): readonly string[] {
  const settings = options();
  const entries = Object.values(ENTRIES).map((entry) => join(ROOT, entry));
  const library = ts.createProgram(entries, settings);
  const names = Object.fromEntries(Object.entries(ENTRIES).map(([name, entry]) => [name, exportsOf(library, entry)]));

  const files = new Map(
    blocks.map((block, index) => [
      join(ROOT, 'test', 'types', `block-${index}.ts`),
      { block, text: `${prelude(block.code, names)}\n${block.code}` },
    ]),
  );
  const neighbours = new Map(
    Object.entries(NEIGHBOURS).map(([name, source]) => [join(ROOT, 'test', 'types', name), join(ROOT, source)]),
  );
  const host = ts.createCompilerHost(settings);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(neighbours.get(path) ?? path);
  host.readFile = (path) => files.get(path)?.text ?? readFile(neighbours.get(path) ?? path);
  const program = ts.createProgram([...files.keys()], settings, host, library);
  return [...files].flatMap(([path, { block }]) => {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    return found.map(({ start = 0, messageText }) => {
      const line = block.line + (file?.getLineAndCharacterOfPosition(start).line ?? 1) - 1;
      return `${block.path}:${line} ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
    });
  });
}
