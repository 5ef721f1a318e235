import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadCatalogue } from '../../../src/catalogue/load';
import { generalShape, historyColumns, keepsHistory } from '../../../src/catalogue/refined-shape';
import { LakePaths } from '../../../src/contract/lake-paths';
import { defaultDataVersion } from '../../../src/contract/versions';
import { dictionary } from '../../../src/powerbi/lineage/dictionary';
import { dictionaryDocument } from '../../../src/powerbi/lineage/markdown-document';
import { openLineage } from '../../../src/powerbi/lineage/open-lineage';
import { columnsBehind, columnUses, reportVisuals } from '../../../src/powerbi/lineage/uses';
import { semanticModel } from '../../../src/powerbi/model/semantic-model';

const catalogue = loadCatalogue('strict');
const paths = new LakePaths('dev', defaultDataVersion);
const entries = dictionary(catalogue, paths);
const generalColumns = new Set(
  catalogue.tables.flatMap((table) =>
    [...generalShape(table), ...(keepsHistory(table, catalogue) ? historyColumns : [])].map(
      ({ name }) => `${table.name}.${name}`,
    ),
  ),
);

test('docs/dictionary.md is what the catalogue says; `npx insights dictionary --format markdown --out` writes it', () => {
  const kept = readFileSync(path.resolve(__dirname, '../../../docs/dictionary.md'), 'utf8');
  expect(kept).toBe(dictionaryDocument(catalogue, paths));
});

test('a column is told from the delivered file to the visuals that show it', () => {
  const column = entries.tables
    .flatMap(({ columns }) => columns)
    .find(({ table, column: name }) => table === 'activity' && name === 'MeetingSessionId');
  expect(column).toEqual({
    table: 'activity',
    column: 'MeetingSessionId',
    type: 'string',
    description: 'The meeting.',
    treatment: 'hash-no-lookup',
    zones: ['general'],
    isKey: false,
    domain: undefined,
    stages: [
      { stage: 'landed', path: 'oea/dev/stage1/Transactional/M365/v1.14/activity', column: 'column 21' },
      { stage: 'ingested', path: 'oea/dev/stage2/Ingested/M365/v1.14/activity', column: '_c20' },
      { stage: 'corrected', path: 'oea/dev/stage2/Ingested_Corrected/M365/v1.14/activity', column: 'MeetingSessionId' },
      {
        stage: 'general',
        path: 'oea/dev/stage2/Refined/M365/v1.14/general/activity',
        column: 'MeetingSessionId_pseudonym',
      },
    ],
    views: ['general activity.MeetingSessionId_pseudonym', 'general report_activity.MeetingSessionId_pseudonym'],
    measures: ['Meetings'],
    visuals: ['k12', 'hed'].map((report) => ({
      report,
      page: 'Assignments, reading, meetings',
      title: 'Teams meetings',
    })),
  });
});

test('what is readable where: in general in some form, in sensitive in clear', () => {
  const zones = (table: string, name: string): unknown =>
    entries.tables.flatMap(({ columns }) => columns).find((column) => column.table === table && column.column === name)
      ?.zones;
  expect([
    zones('Person', 'Surname'),
    zones('Person', 'Id'),
    zones('Organization', 'Name'),
    zones('activity', 'ClassId'),
    zones('Section', 'IsCurrent'),
  ]).toEqual([['general', 'sensitive'], ['general', 'sensitive'], ['general'], ['general'], ['general']]);
});

test('uses name columns that general has, and every column of the model has some behind it', () => {
  expect([...columnUses().keys()].filter((column) => !generalColumns.has(column))).toEqual([]);
  const without = semanticModel(catalogue).tables.flatMap(({ name, columns }) =>
    columns.flatMap((column) => {
      const behind = columnsBehind(name, column.name);
      return behind.length > 0 && behind.every((one) => generalColumns.has(one)) ? [] : [`${name}.${column.name}`];
    }),
  );
  expect(without.filter((column) => !column.startsWith('Quality.'))).toEqual([]);
});

describe('openLineage', () => {
  const sites = {
    lakeHost: 'stoeax.dfs.core.windows.net',
    sqlServer: 'x-ondemand.sql.azuresynapse.net',
    sqlDatabase: 'sdb',
  };
  const events = openLineage(catalogue, paths, sites, '2026-01-01T00:00:00Z');
  const lineageOf = (event: (typeof events)[number] | undefined): unknown =>
    event?.outputs[0]?.facets?.columnLineage?.fields;

  test('has each step of each table, and each visual with a number of general', () => {
    const tables = catalogue.tables.flatMap(({ name }) =>
      ['ingest', 'correct', 'refine', 'publish'].map((step) => `${step} ${name}`),
    );
    const visuals = reportVisuals()
      .filter(({ columns }) => columns.length > 0)
      .map(({ report, page, title }) => `show ${report}/${page}/${title}`);
    expect(events.map(({ job }) => job.name)).toEqual([...tables, ...visuals]);
  });

  test('says how a column of general is made, and whether that hides the value', () => {
    const refine = events.find(({ job }) => job.name === 'refine RefTranslation');
    const from = {
      namespace: 'abfss://oea@stoeax.dfs.core.windows.net',
      name: 'dev/stage2/Ingested_Corrected/M365/v1.14/RefTranslation',
    };
    expect(Object.entries(lineageOf(refine) as object)[0]).toEqual([
      'Id',
      {
        inputFields: [
          {
            ...from,
            field: 'Id',
            transformations: [{ type: 'DIRECT', subtype: 'IDENTITY', description: 'copy', masking: false }],
          },
        ],
      },
    ]);
    const person = lineageOf(events.find(({ job }) => job.name === 'refine Person')) as Readonly<
      Record<string, unknown>
    >;
    expect(person['Surname']).toEqual({
      inputFields: [
        {
          namespace: from.namespace,
          name: 'dev/stage2/Ingested_Corrected/M365/v1.14/Person',
          field: 'Surname',
          transformations: [{ type: 'DIRECT', subtype: 'TRANSFORMATION', description: 'mask', masking: true }],
        },
      ],
    });
  });

  test('refers to nothing that no earlier step has made, but for what is delivered', () => {
    const made = new Map(
      events
        .flatMap(({ outputs }) => outputs)
        .map(({ namespace, name, facets }) => [`${namespace}/${name}`, facets?.schema?.fields]),
    );
    const unknown = events.flatMap(({ outputs }) =>
      outputs.flatMap(({ facets }) =>
        Object.values(facets?.columnLineage?.fields ?? {}).flatMap(({ inputFields }) =>
          inputFields.filter(({ namespace, name, field }) => {
            const fields = made.get(`${namespace}/${name}`);
            // Ingested has cells by position and no schema here; history columns are added by the engine.
            const isOther = /\/Ingested\//.test(name) || field === 'IsCurrent';
            return !isOther && fields?.some((one) => one.name === field) !== true;
          }),
        ),
      ),
    );
    expect(unknown).toEqual([]);
  });
});
