import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkBlocks } from './check-blocks.ts';
import { exampleBlocks, markdownBlocks } from './code-blocks.ts';

const documents = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md']).sort();
const sources = globSync('src/**/*.ts').sort();

describe('the code in the documents', () => {
  it('compiles: every TypeScript block and every @example', () => {
    const inDocuments = documents.flatMap((path) => markdownBlocks(path));
    const inComments = sources.flatMap((path) => exampleBlocks(path));
    expect(inDocuments.length).toBeGreaterThan(5);
    expect(inComments.length).toBeGreaterThan(10);
    expect(inDocuments.some(({ path }) => path === 'README.md')).toBe(true);
    expect(checkBlocks([...inDocuments, ...inComments])).toEqual([]);
  });

  it('would be caught if it did not', () => {
    const text =
      'So:\n\n```ts\nconst digits = await channel.dtmfDetector.getDigits();\ndigits.toFixed();\nchannel.play();\n```\n';
    expect(checkBlocks(markdownBlocks('a.md', text))).toEqual([
      expect.stringMatching(/^a\.md:5 Property 'toFixed' does not exist on type 'string'/),
      expect.stringMatching(/^a\.md:6 Property 'play' does not exist on type 'Channel'/),
    ]);
    expect(checkBlocks([{ path: 'b.ts', line: 9, code: 'await nothing.known();' }])).toEqual([
      "b.ts:9 Cannot find name 'nothing'.",
    ]);
  });

  it('is run for what a reader meets first: every example in the folder has a test', () => {
    const examples = globSync('examples/[0-9]*.ts').map((path) => path.replace('examples/', 'test/examples/'));
    expect(examples.length).toBeGreaterThan(0);
    const tests = globSync('test/examples/*.test.ts').map((path) => path.replace('.test.ts', '.ts'));
    expect(examples.filter((path) => !tests.includes(path))).toEqual([]);
  });
});
