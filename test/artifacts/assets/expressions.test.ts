import { parseTemplate } from '../../../src/artifacts/expression';
import { readActivities } from '../../../src/artifacts/lint/activity';
import { memberAt, textAt } from '../../../src/artifacts/lint/json';
import { loadCatalogue } from '../../../src/catalogue/load';
import { sqlDatabaseStatements } from '../../../src/catalogue/render/t-sql-database';
import { fillSqlStatements, type SqlStatement } from '../../../src/catalogue/render/t-sql-statement';
import { aliasDatabaseNames, databaseNames } from '../../../src/contract/database-names';
import { LakePaths } from '../../../src/contract/lake-paths';
import { evaluateTemplate, type Scope } from '../../../src/pipelines/expression/evaluate';
import type { Value, ValueObject } from '../../../src/pipelines/expression/value';
import { ownArtifact } from './own-assets';

/** What the expressions of a pipeline see, by lower-case root. */
interface Sight {
  readonly parameters?: ValueObject;
  readonly variables?: Readonly<Record<string, Value>>;
  readonly item?: Value;
}

function scopeOf({ parameters = {}, variables = {}, item = null }: Sight): Scope {
  return {
    now: new Date('2026-01-31T04:00:00Z'),
    random: () => 0,
    newGuid: () => '',
    root: (name, argument): Value => {
      if (name === 'pipeline') return { parameters };
      if (name === 'item') return item;
      if (name === 'variables' && typeof argument === 'string') return variables[argument] ?? null;
      throw new RangeError(`${name}() is not there.`);
    },
  };
}

/** The value of an expression of an activity. */
function evaluate(pipeline: string, activity: string, path: readonly string[], sight: Sight): Value {
  const found = readActivities(ownArtifact('pipelines', pipeline).properties, '').find(({ name }) => name === activity);
  const value = memberAt(found?.json, ...path);
  const text = textAt(value, 'value') ?? value;
  if (typeof text !== 'string') throw new RangeError(`${activity} has no text at ${path.join('.')}.`);
  return evaluateTemplate(parseTemplate(text), scopeOf(sight));
}

const workspaces = ['prod', 'dev', 'Sandbox-1'];
const versions = ['1.14', '1.4.0'];
const places = workspaces.flatMap((workspace) => versions.map((version) => [workspace, version] as const));

describe('4_reset_workspace_insights', () => {
  const parameter = (activity: string, name: string, sight: Sight): Value =>
    evaluate('4_reset_workspace_insights', activity, ['typeProperties', 'parameters', name], sight);

  /** The folders that one call of delete_dataset deletes, as the lake spells them. */
  function deleted(parameters: ValueObject): readonly string[] {
    const variables = { base: evaluate('delete_dataset', 'Set base', ['typeProperties', 'value'], { parameters }) };
    const items = evaluate('delete_dataset', 'For each folder', ['typeProperties', 'items'], { parameters, variables });
    return (items as readonly string[]).map((item) => {
      const dataset = ['typeProperties', 'dataset', 'parameters'];
      const [container, folder] = ['filesystem', 'directory'].map((name) =>
        evaluate('delete_dataset', 'Delete the folder', [...dataset, name], { item }),
      );
      return `${container as string}/${folder as string}`;
    });
  }

  test.each(places)('deletes every stage, Rejected and digital engagement of %s %s (D19)', (workspace, version) => {
    const sight = { parameters: { workspace, datasetPath: `M365/v${version}`, confirmation: '' } };
    const folders = ['Delete the data set', 'Delete digital engagement'].flatMap((activity) =>
      deleted({
        workspace: parameter(activity, 'workspace', sight),
        datasetPath: parameter(activity, 'datasetPath', sight),
      }),
    );
    const paths = new LakePaths(workspace, version);
    expect(folders).toEqual(
      expect.arrayContaining([
        `${paths.stage(1)}/Transactional/${paths.dataset}`,
        paths.ingestedFolder,
        paths.correctedFolder,
        paths.rejectedFolder,
        `${paths.stage(2)}/Refined/${paths.dataset}`,
        `${paths.stage(3)}/digital_engagement/v0.1`,
      ]),
    );
    expect(new Set(folders).size).toBe(12);
    expect(folders.filter((folder) => !/(M365\/v[\d.]+|digital_engagement\/v0\.1)$/.test(folder))).toEqual([]);
  });

  test.each([...places, ['dev', '1.15'] as const])('drops the serverless databases of %s %s', (workspace, version) => {
    const parameters = { workspace, datasetPath: `M365/v${version}` };
    const items = evaluate('4_reset_workspace_insights', 'For each SQL database', ['typeProperties', 'items'], {
      parameters,
    });
    const { serverless, serverlessSensitive } = databaseNames(workspace, version);
    const alias = aliasDatabaseNames(workspace, version);
    const others = alias === undefined ? [] : [alias.serverless, alias.serverlessSensitive];
    expect(items).toEqual([serverless, serverlessSensitive, ...others]);
    const path = ['typeProperties', 'storedProcedureParameters', 'stmt', 'value'];
    expect(evaluate('4_reset_workspace_insights', 'Drop SQL database', path, { item: serverless })).toBe(
      `IF EXISTS (SELECT 1 FROM sys.databases WHERE name = N'${serverless}') DROP DATABASE [${serverless}];`,
    );
  });

  test('hands the version and the confirmation on', () => {
    const sight = { parameters: { workspace: 'prod', datasetPath: 'M365/v1.4.0', confirmation: 'prod M365/v1.4.0' } };
    const version = ['typeProperties', 'parameters', 'version', 'value'];
    expect(evaluate('4_reset_workspace_insights', 'Drop lake databases', version, sight)).toBe('1.4.0');
    expect(parameter('Delete the data set', 'confirmation', sight)).toBe('prod M365/v1.4.0');
    expect(parameter('Delete digital engagement', 'confirmation', sight)).toBe('prod digital_engagement/v0.1');
  });
});

describe('create_sql_db', () => {
  const path = (name: string): readonly string[] =>
    name === 'text'
      ? ['typeProperties', 'storedProcedureParameters', 'stmt', 'value']
      : ['linkedServiceName', 'parameters', 'dbName'];

  /** The statements that a run of the pipeline sends, filled by its expressions. */
  function sent(statements: readonly SqlStatement[], parameters: ValueObject): readonly unknown[] {
    const aliasEdition = evaluate('create_sql_db', 'Set alias', ['typeProperties', 'value'], { parameters });
    const sight = { parameters, variables: { aliasEdition } };
    return statements.flatMap(({ name, database, hasAlias, text }) => {
      const item = { name, database, hasAlias, text };
      const condition = ['typeProperties', 'condition'];
      if (evaluate('create_sql_db', 'Statements to run', condition, { ...sight, item }) !== true) return [];
      const hasOther = ['typeProperties', 'expression'];
      const isRunTwice = evaluate('create_sql_db', 'If it has an alias', hasOther, { ...sight, item });
      return ['Run statement', ...(isRunTwice === true ? ['Run for the other spelling'] : [])].map((activity) => {
        const [filled, where] = ['text', 'database'].map((each) =>
          evaluate('create_sql_db', activity, path(each), { ...sight, item }),
        );
        return [where, filled];
      });
    });
  }

  const group = { objectId: '00000000-0000-0000-0000-000000000001', displayName: "Analysts' group" };
  const statements = sqlDatabaseStatements({
    catalogue: loadCatalogue('strict'),
    storageAccount: 'stoeatest',
    timeZone: 'Europe/Berlin',
    people: { analysts: [group], dataScientists: [], externalDataScientists: [], privacyOfficers: [group] },
    aliases: true,
  });

  test.each([...places, ['dev', '1.15'] as const])(
    'fills the statements for %s %s as the renderer means them',
    (workspace, version) => {
      const expected = fillSqlStatements(statements, workspace, version);
      expect(sent(statements, { workspace, version, dbName: '' })).toEqual(
        expected.map(({ database, text }) => [database, text]),
      );
      expect(expected.length).toBe(version === '1.15' ? 3 : 6);
    },
  );

  test('runs none of them for another data set', () => {
    expect(sent(statements, { workspace: 'dev', version: '1.14', dbName: 'sdb_dev_s2r_contoso_v0p1' })).toEqual([]);
  });

  test('no statement is what the service would take for an expression', () => {
    expect(statements.filter(({ text }) => parseTemplate(text).kind !== 'text').map(({ name }) => name)).toEqual([]);
  });

  test('names the folder of another data set', () => {
    const parameters = { workspace: 'Sandbox-1', stage: 'stage2', datasetPath: 'Refined/contoso/v0.1/general' };
    const folder = evaluate('create_sql_db', 'Create a view per folder', ['typeProperties', 'parameters', 'folder'], {
      parameters,
    });
    expect(folder).toBe('oea/sandboxes/Sandbox-1/stage2/Refined/contoso/v0.1/general');
  });
});

test('a view of another data set quotes the name of its folder (S9)', () => {
  const parameters = { storageAccount: 'stoeatest', folder: 'oea/dev/stage2/Refined/contoso/v0.1/general' };
  const stmt = ['typeProperties', 'storedProcedureParameters', 'stmt', 'value'];
  const text = evaluate('create_sql_views', 'Create or alter view', stmt, { parameters, item: { name: "O'Neil]" } });
  expect(text).toBe(
    "CREATE OR ALTER VIEW [O'Neil]]] AS SELECT * FROM OPENROWSET(BULK 'https://stoeatest.dfs.core.windows.net/oea/dev/stage2/Refined/contoso/v0.1/general/O''Neil]', FORMAT = 'DELTA') AS [r];",
  );
});

test.each([
  ['ingest', 'Ingest', { entityPath: 'M365/v1.4.0' }],
  ['refine', 'Refine', { entityPath: 'M365/v1.4.0/Person' }],
  ['create_lake_db', 'Create lake databases', { datasetFullPath: 'stage2/Refined/M365/v1.4.0' }],
])('%s takes the version from its path', (pipeline, activity, parameters) => {
  expect(evaluate(pipeline, activity, ['typeProperties', 'parameters', 'version', 'value'], { parameters })).toBe(
    '1.4.0',
  );
});

test.each([
  ['prod', 'stage1/Transactional/contoso/v0.1/students/delta_batch_data/rundate=2026-01-31 04:00:00'],
  ['dev', 'oea/dev/stage1/Transactional/contoso/v0.1/students/delta_batch_data/rundate=2026-01-31 04:00:00'],
  [
    'mine',
    'oea/sandboxes/mine/stage1/Transactional/contoso/v0.1/students/delta_batch_data/rundate=2026-01-31 04:00:00',
  ],
])('other modules land in the workspace that is named: %s (D17)', (workspace, folder) => {
  const parameters = {
    workspace,
    sinkPath: 'contoso/v0.1/students',
    batchType: 'delta',
    datetimeFormat: 'yyyy-MM-dd HH:mm:ss',
  };
  for (const pipeline of ['land_data_from_URL', 'land_from_ls_datalake']) {
    expect(evaluate(pipeline, 'Set sink folder', ['typeProperties', 'value'], { parameters })).toBe(folder);
  }
});
