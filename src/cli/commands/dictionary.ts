import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Option, type Command } from 'commander';
import type { Catalogue, Profile } from '../../catalogue/model';
import { databaseNames } from '../../contract/database-names';
import type { Environment } from '../../contract/environment';
import { exitCodes } from '../../contract/errors';
import { LakePaths } from '../../contract/lake-paths';
import type { Dictionary, DictionaryColumn, DictionaryTable } from '../../powerbi/lineage/dictionary-entries';
import type { Output } from '../output';
import type { CommandFrame } from '../program';
import type { Outcome } from '../run-command';

const formats = ['markdown', 'json', 'openlineage'] as const;

interface DictionaryFlags {
  readonly format?: (typeof formats)[number];
  readonly out?: string;
  readonly env: string;
  readonly profile: Profile;
}

/** `insights dictionary`: what every column means, how it is treated, where it is and what is made of it. */
export function addDictionary({ program, run }: CommandFrame): void {
  program
    .command('dictionary')
    .description(
      'search the data dictionary, or write it: docs/dictionary.md, JSON, or lineage as OpenLineage tells it',
    )
    .argument('[word]', 'tables and columns with this in their name or description; without it: all')
    .addOption(new Option('--format <format>', 'write a document instead of a table').choices(formats))
    .option('--out <file>', 'where the document goes (default: printed)')
    .option('--env <name>', 'the environment whose paths and databases are named', 'dev')
    .addOption(new Option('--profile <name>', 'treatment of columns').choices(['strict', 'v0.2']).default('strict'))
    .action((word: string | undefined, flags: DictionaryFlags, command: Command) =>
      run(command, async (output, { projectRoot }) => {
        const { loadCatalogue } = require('../../catalogue/load') as typeof import('../../catalogue/load');
        const { deployedNames } =
          require('../../contract/deployed-names') as typeof import('../../contract/deployed-names');
        const { loadEnvironments } =
          require('../../contract/environment') as typeof import('../../contract/environment');
        const { lakeWorkspaces } =
          require('../../contract/lake-workspaces') as typeof import('../../contract/lake-workspaces');
        const [environment] = loadEnvironments(path.join(projectRoot, 'environments'), flags.env) as [Environment];
        const catalogue = loadCatalogue(flags.profile);
        const paths = new LakePaths(lakeWorkspaces(environment).scheduled, environment.dataVersion);
        const { dictionary } =
          require('../../powerbi/lineage/dictionary') as typeof import('../../powerbi/lineage/dictionary');
        const entries = dictionary(catalogue, paths);
        if (flags.format === undefined) return search(entries, word, output);
        const { synapseWorkspace, storageAccount } = deployedNames(environment);
        const sites = {
          lakeHost: `${storageAccount}.dfs.core.windows.net`,
          sqlServer: `${synapseWorkspace}-ondemand.sql.azuresynapse.net`,
          sqlDatabase: databaseNames(paths.workspace, paths.version).serverless,
        };
        const text = render(flags.format, entries, catalogue, paths, sites);
        if (flags.out === undefined) output.line(text.trimEnd());
        else {
          mkdirSync(path.dirname(path.resolve(flags.out)), { recursive: true });
          writeFileSync(flags.out, text);
          output.line(`Written to ${flags.out}`);
        }
        return { result: flags.out === undefined ? entries : { out: flags.out } };
      }),
    );
}

function render(
  format: (typeof formats)[number],
  entries: Dictionary,
  catalogue: Catalogue,
  paths: LakePaths,
  sites: import('../../powerbi/lineage/open-lineage').LineageSites,
): string {
  if (format === 'json') return `${JSON.stringify(entries, null, 2)}\n`;
  if (format === 'markdown') {
    const { dictionaryDocument } =
      require('../../powerbi/lineage/markdown-document') as typeof import('../../powerbi/lineage/markdown-document');
    return dictionaryDocument(catalogue, paths);
  }
  const { openLineage } =
    require('../../powerbi/lineage/open-lineage') as typeof import('../../powerbi/lineage/open-lineage');
  return `${JSON.stringify(openLineage(catalogue, paths, sites, new Date().toISOString()), null, 2)}\n`;
}

/** So few columns are shown with their whole way. */
const fewColumns = 3;

/** Case does not matter; a table that fits brings all its columns, `Table.Column` one. */
function search(entries: Dictionary, word: string | undefined, output: Output): Outcome {
  const fits = (...texts: readonly string[]): boolean =>
    word === undefined || texts.some((text) => text.toLowerCase().includes(word.toLowerCase()));
  const tables = entries.tables.flatMap((table) => {
    const columns = table.columns.filter(({ column, description }) => fits(`${table.table}.${column}`, description));
    return columns.length === 0 ? [] : [{ ...table, columns }];
  });
  const found = tables.flatMap(({ columns }) => columns);
  output.table(
    ['table', 'column', 'type', 'treatment', 'readable in', 'meaning'],
    found.map(({ table, column, type, treatment, zones, description }) => [
      table,
      column,
      type,
      treatment,
      zones.join(', ') || '-',
      description,
    ]),
  );
  if (found.length === 0) output.line(`No table or column has "${word ?? ''}" in its name or description.`);
  if (found.length <= fewColumns) {
    for (const table of tables) table.columns.forEach((column) => showWay(table, column, output));
  }
  return { exitCode: found.length === 0 ? exitCodes.checkFailed : exitCodes.done, result: tables };
}

/** From the delivered file to the visuals. */
function showWay(table: DictionaryTable, column: DictionaryColumn, output: Output): void {
  const { reportTitles } = require('../../powerbi/report/report') as typeof import('../../powerbi/report/report');
  const pathOf = new Map(table.stages.map(({ stage, path }) => [stage, path]));
  const visuals = column.visuals.map(({ report, page, title }) => `${title} (${reportTitles[report]}, ${page})`);
  const steps: readonly (readonly [name: string, texts: readonly string[]])[] = [
    ['delivered', [table.source]],
    ...column.stages.map(({ stage, column: name }) => [stage, [`${pathOf.get(stage) ?? ''}: ${name}`]] as const),
    ['views', column.views],
    ['measures', column.measures],
    ['visuals', visuals],
  ];
  output.line();
  output.line(`${table.table}.${column.column}`);
  for (const [name, texts] of steps) {
    texts.forEach((text, index) => output.line(`  ${(index === 0 ? name : '').padEnd(10)}  ${text}`));
  }
}
