import { readFileSync } from 'node:fs';
import ts from 'typescript';

/** A piece of TypeScript that stands in a document or in a comment. */
export interface CodeBlock {
  readonly path: string;
  /** Of its first line of code in the file. */
  readonly line: number;
  readonly code: string;
}

/** The fenced blocks of a Markdown text that say that they are TypeScript. */
export function markdownBlocks(path: string, text = readFileSync(path, 'utf8')): readonly CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { readonly line: number; readonly code: string[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (open && line.startsWith('```')) {
      blocks.push({ path, line: open.line, code: open.code.join('\n') });
      open = undefined;
    } else if (open) open.code.push(line);
    else if (/^```(ts|typescript)\s*$/.test(line)) open = { line: index + 2, code: [] };
  }
  return blocks;
}

/** What stands under `@example` in the comments of a source, with or without a fence. */
export function exampleBlocks(path: string): readonly CodeBlock[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = new Map<number, CodeBlock>();
  const visit = (node: ts.Node): void => {
    for (const tag of ts.getJSDocTags(node)) {
      // A tag belongs to every node that begins behind its comment.
      if (tag.tagName.text !== 'example' || found.has(tag.pos)) continue;
      const code = (ts.getTextOfJSDocComment(tag.comment) ?? '').replace(/^```ts\n|\n```$/g, '');
      found.set(tag.pos, { path, line: file.getLineAndCharacterOfPosition(tag.pos).line + 2, code });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return [...found.values()];
}
