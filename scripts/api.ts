/**
 * Compares what the entries export with the reports in `etc/`, which are part of the repository: a change of the
 * public API shows in the diff of a commit or fails here. With `--update` it writes the reports anew.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel, type IConfigFile } from '@microsoft/api-extractor';

const ROOT = join(import.meta.dirname, '..');
const update = process.argv.includes('--update');

function configure(entry: string, report: string): ExtractorConfig {
  const configObject: IConfigFile = {
    projectFolder: ROOT,
    mainEntryPointFilePath: `<projectFolder>/dist/${entry}.d.ts`,
    newlineKind: 'lf',
    compiler: {
      overrideTsconfig: {
        compilerOptions: {
          target: 'es2022',
          lib: ['es2023', 'esnext.disposable'],
          module: 'nodenext',
          moduleResolution: 'nodenext',
          types: ['node'],
          strict: true,
        },
        files: [`dist/${entry}.d.ts`],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName: report,
      reportFolder: '<projectFolder>/etc/',
      reportTempFolder: '<projectFolder>/temp/',
      includeForgottenExports: false,
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      extractorMessageReporting: {
        default: { logLevel: ExtractorLogLevel.Error },
        // Everything that an entry exports is public; there are no other releases of it.
        'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
        // A member says what it does where it is declared first, not again in each class.
        'ae-undocumented': { logLevel: ExtractorLogLevel.None },
        'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
      },
      // Comments are written for editors: examples without fences, addresses with an @ and links to names that are a value
      // and a type. The strict syntax of TSDoc takes all of these for markup.
      tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
    },
  };
  return ExtractorConfig.prepare({
    configObject,
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
  });
}

/** Names that a report lists as exported. */
function namesIn(report: string): readonly string[] {
  const text = readFileSync(join(ROOT, 'etc', report), 'utf8');
  return [...text.matchAll(/^export (?:abstract |declare )?(?:class|const|function|interface|type) (\w+)/gm)].map(
    ([, name = '']) => name,
  );
}

/** What the entries so far export; the next may speak of it without exporting it a second time. */
let exported: readonly string[] = [];

for (const [entry, report] of [
  ['index', 'offhook.api.md'],
  ['testing', 'testing.api.md'],
  ['testing-vitest', 'testing-vitest.api.md'],
] as const) {
  const problems: string[] = [];
  const result = Extractor.invoke(configure(entry, report), {
    localBuild: update,
    messageCallback: (message) => {
      message.handled = true;
      const [, forgotten = ''] = /^The symbol "(\w+)" needs to be exported/.exec(message.text) ?? [];
      if (exported.includes(forgotten)) message.logLevel = ExtractorLogLevel.None;
      if (message.logLevel === ExtractorLogLevel.Error) problems.push(message.text);
    },
  });
  for (const problem of problems) console.error(`${entry}: ${problem}`);
  if (problems.length > 0) {
    process.exitCode = 1;
  } else if (result.apiReportChanged && !update) {
    console.error(
      `${entry}: the public API is not what etc/${report} says; run npm run api:update and look at the diff`,
    );
    process.exitCode = 1;
  } else {
    console.log(`${entry}: etc/${report} ${result.apiReportChanged ? 'written' : 'holds'}`);
    exported = [...exported, ...namesIn(report)];
  }
}
