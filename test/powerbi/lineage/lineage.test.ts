import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadCatalogue } from '../../../src/catalogue/load';
import { generalShape, historyColumns, keepsHistory } from '../../../src/catalogue/refined-shape';
import { LakePaths } from '../../../src/contract/lake-paths';
import { defaultDataVersion } from '../../../src/contract/versions';
import { dictionary } from '../../../src/powerbi/lineage/dictionary';
import { dictionaryDocument } from '../../../src/powerbi/lineage/markdown-document';
import { openLineage } from '../../../src/powerbi/lineage/open-lineage';
import { columnsBehind, lineageUses, reportVisuals } from '../../../src/powerbi/lineage/uses';
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
      { stage: 'landed', column: 'column 21' },
      { stage: 'ingested', column: '_c20' },
      { stage: 'corrected', column: 'MeetingSessionId' },
      { stage: 'general', column: 'MeetingSessionId_pseudonym' },
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

test('a table is told with its places in order, and a time with what is computed of it', () => {
  const activity = entries.tables.find(({ table }) => table === 'activity');
  expect([activity?.source, activity?.stages, activity?.views]).toEqual([
    'M365/activity/<date>/*.csv',
    [
      { stage: 'landed', path: 'oea/dev/stage1/Transactional/M365/v1.14/activity' },
      { stage: 'ingested', path: 'oea/dev/stage2/Ingested/M365/v1.14/activity' },
      { stage: 'corrected', path: 'oea/dev/stage2/Ingested_Corrected/M365/v1.14/activity' },
      { stage: 'general', path: 'oea/dev/stage2/Refined/M365/v1.14/general/activity' },
      { stage: 'engagement', path: 'oea/dev/stage3/digital_engagement/v0.1/activity_events' },
    ],
    ['general activity', 'general report_activity', 'general report_calendar'],
  ]);
  const time = activity?.columns.find(({ column }) => column === 'StartTime');
  expect(time?.stages.slice(3)).toEqual([
    { stage: 'general', column: 'StartTime' },
    ...['event_eventTime', 'year', 'month'].map((column) => ({ stage: 'engagement', column })),
  ]);
  expect(time?.views).toEqual([
    'general activity.StartTime',
    ...['StartTime', 'Day', 'Week', 'Hour', 'Weekday'].map((column) => `general report_activity.${column}`),
    ...['Date', 'WeekStart', 'MonthStart', 'Year'].map((column) => `general report_calendar.${column}`),
  ]);
  const school = entries.tables.flatMap(({ columns }) => columns).find(({ column }) => column === 'IsPrimary');
  expect(school?.views).toEqual(['general PersonOrganizationRole.IsPrimary', 'general report_activity.SchoolId']);
});

test('every measure and visual of a column is one that the dictionary lists, and the other way round', () => {
  const columns = entries.tables.flatMap(({ columns: all }) => all);
  const place = (visual: { report: string; page: string; title: string }): string =>
    [visual.report, visual.page, visual.title].join('/');
  const of = <Item>(items: readonly Item[], name: (item: Item) => string): string[] =>
    [...new Set(items.map(name))].sort();
  expect(
    of(
      columns.flatMap(({ measures }) => measures),
      (name) => name,
    ),
  ).toEqual(of(entries.measures, ({ measure }) => measure));
  expect(
    of(
      columns.flatMap(({ visuals }) => visuals),
      place,
    ),
  ).toEqual(of(entries.visuals, place));
});

test('reports use nothing of the profile v0.2, which has no views for them', () => {
  const other = dictionary(loadCatalogue('v0.2'), paths);
  const used = other.tables
    .flatMap(({ columns }) => columns)
    .filter(
      ({ measures, visuals, views }) =>
        measures.length + visuals.length > 0 || views.some((view) => view.startsWith('general report_')),
    );
  expect([other.measures, other.visuals, used]).toEqual([[], [], []]);
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
  expect([...lineageUses(catalogue).columns.keys()].filter((column) => !generalColumns.has(column))).toEqual([]);
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

  test('has each step of each table, each view for reports, and each visual with a number of general', () => {
    const tables = catalogue.tables.flatMap(({ name }) =>
      ['ingest', 'correct', 'refine', 'publish', ...(name === 'activity' ? ['engage'] : [])].map(
        (step) => `${step} ${name}`,
      ),
    );
    const views = ['publish report_activity', 'publish report_calendar'];
    const visuals = reportVisuals()
      .filter(({ columns }) => columns.length > 0)
      .map(({ report, page, title }) => `show ${report}/${page}/${title}`);
    expect(events.map(({ job }) => job.name)).toEqual([...tables, ...views, ...visuals]);
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

  test('refers to nothing that no earlier step has made', () => {
    const made = new Map<string, ReadonlySet<string>>();
    const unknown = events.flatMap(({ job, outputs }) => {
      const missing = outputs.flatMap(({ facets }) =>
        Object.values(facets?.columnLineage?.fields ?? {})
          .flatMap(({ inputFields }) => inputFields)
          .filter(({ namespace, name, field }) => made.get(`${namespace}/${name}`)?.has(field) !== true)
          .map(({ name, field }) => `${job.name}: ${name}.${field}`),
      );
      for (const { namespace, name, facets } of outputs) {
        made.set(`${namespace}/${name}`, new Set(facets?.schema?.fields.map((field) => field.name)));
      }
      return missing;
    });
    expect(unknown).toEqual([]);
  });

  test('a visual reads the views of the database that it really reads', () => {
    const show = events.find(({ job }) => job.name === 'show k12/Digital Engagement/Signals per day in the district');
    expect(show?.inputs.map(({ name }) => name)).toEqual(['sdb.dbo.report_calendar', 'sdb.dbo.report_activity']);
    const fields = Object.values(lineageOf(show) as object) as { inputFields: { name: string; field: string }[] }[];
    expect(fields.flatMap(({ inputFields }) => inputFields).map(({ name, field }) => `${name}.${field}`)).toEqual([
      'sdb.dbo.report_calendar.Date',
      'sdb.dbo.report_activity.ActorId_pseudonym',
    ]);
  });

  test('is what OpenLineage 2-0-2 asks of an event of a job and of its facets', () => {
    const isUri = (text: unknown): boolean => typeof text === 'string' && URL.canParse(text);
    const faults = events.flatMap((event) => {
      const { eventTime, producer, schemaURL, job, inputs, outputs } = event;
      const facets = outputs.flatMap((output) => Object.values(output.facets ?? {}));
      return [
        isUri(producer) && schemaURL === 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/JobEvent',
        eventTime === '2026-01-01T00:00:00Z' && job.namespace !== '' && job.name !== '' && !('run' in event),
        [...inputs, ...outputs].every(({ namespace, name }) => namespace !== '' && name !== ''),
        facets.every(({ _producer, _schemaURL }) => isUri(_producer) && isUri(_schemaURL)),
        facets.every(({ fields }) => typeof fields === 'object'),
      ].flatMap((isRight, index) => (isRight ? [] : [`${job.name}: ${index}`]));
    });
    expect(faults).toEqual([]);
  });
});
