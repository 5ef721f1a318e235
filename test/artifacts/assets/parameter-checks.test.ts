import * as fc from 'fast-check';
import { parseTemplate } from '../../../src/artifacts/expression';
import { readActivities } from '../../../src/artifacts/lint/activity';
import { entriesAt, memberAt, textAt } from '../../../src/artifacts/lint/json';
import { parseDataVersion, parseWorkspaceName } from '../../../src/contract/versions';
import { evaluateTemplate, type Scope } from '../../../src/pipelines/expression/evaluate';
import type { Value } from '../../../src/pipelines/expression/value';
import { ownArtifact } from './own-assets';

function scopeOf(parameters: Readonly<Record<string, string>>): Scope {
  return {
    now: new Date('2026-01-31T04:00:00Z'),
    random: () => 0,
    newGuid: () => '',
    root: (name): Value => {
      if (name === 'pipeline') return { parameters };
      throw new RangeError(`${name}() is not there.`);
    },
  };
}

/** What the checks of a pipeline say of parameters; the others have their defaults. */
function refusals(pipeline: string, given: Readonly<Record<string, string>>): readonly Value[] {
  const { properties } = ownArtifact('pipelines', pipeline);
  const defaults = entriesAt(properties, 'parameters').map(([name, each]) => [
    name,
    textAt(each, 'defaultValue') ?? '',
  ]);
  const scope = scopeOf({ ...(Object.fromEntries(defaults) as Record<string, string>), ...given });
  const activities = readActivities(properties, '');
  return activities
    .filter(({ type }) => type === 'Fail')
    .flatMap(({ json, container }) => {
      const condition = textAt(container?.json, 'typeProperties', 'expression', 'value') ?? '';
      if (evaluateTemplate(parseTemplate(condition), scope) !== true) return [];
      return [evaluateTemplate(parseTemplate(textAt(json, 'typeProperties', 'message', 'value') ?? ''), scope)];
    });
}

function accepts(parse: (text: string) => string, text: string): boolean {
  try {
    return parse(text) === text;
  } catch {
    return false;
  }
}

const workspaceSays = 'is not prod, dev, or 1 to 30 letters, digits, - and _.';
const versionSays = 'is not two or three numbers with dots between them, such as 1.14 (without a v).';
const shareSays =
  'is not the folder of a share below oea/pre_landing/data_shares, such as insights- and the tenant id.';

test.each([
  ['0_main_insights', {}],
  ['0_main_insights', { version: '1.4.0', run_k12_or_hed_test_data: 'k12', workspace: 'sandbox-1' }],
  ['0_main_insights', { workspace: 'prod', dataShareDirectory: 'insights-0123' }],
  ['0_main_insights', { run_k12_or_hed_test_data: '', dataShareDirectory: 'insights-0123' }],
  ['0_main_insights', { confirmRundate: '2022-01-28 06:16:22' }],
  ['0_main_insights', { quarantineRundate: '2022-01-28T06-16-22', quarantineReason: 'half delivered' }],
  ['1_land_insights_test_data', {}],
  ['1_land_insights_prod_data', { dataShareDirectory: 'insights-0123' }],
  ['2_ingest_insights', {}],
  ['3_refine_insights', { version: '1.4.0' }],
  ['4_reset_workspace_insights', { datasetPath: 'M365/v1.4.0' }],
  ['4_reset_workspace_insights', { workspace: 'prod', confirmation: 'prod M365/v1.14' }],
  ['5_maintain_insights', {}],
  ['create_lake_db', {}],
  ['create_lake_db', { datasetFullPath: 'stage2/Ingested/M365/v1.4.0' }],
  ['create_sql_db', {}],
  ['create_sql_db', { dbName: 'sdb_dev_s2r_contoso_v0p1', datasetPath: 'Refined/contoso/v0.1/general' }],
  ['create_sql_views', { folder: 'oea/dev/stage2/Refined/contoso/v0.1/general', dbName: 'sdb_dev' }],
  ['delete_dataset', { datasetPath: 'contoso/v0.1' }],
  ['ingest', { entityPath: 'M365/v1.14/Person' }],
  ['refine', {}],
  ['land_data_from_URL', { URL: 'https://example.org/part1.csv', sinkPath: 'contoso/v0.1/students' }],
  ['land_from_ls_datalake', { sinkPath: 'contoso/v0.1/students' }],
  ['land_metadata_from_URL', { URL: 'https://example.org/metadata.csv', sinkPath: 'contoso/v0.1' }],
])('%s takes %j', (pipeline, given) => {
  expect(refusals(pipeline, given)).toEqual([]);
});

test.each<[string, Record<string, string>, string[]]>([
  ['0_main_insights', { workspace: 'Prod' }, [`workspace "Prod" ${workspaceSays}`]],
  ['0_main_insights', { workspace: '../prod' }, [`workspace "../prod" ${workspaceSays}`]],
  ['0_main_insights', { workspace: '' }, [`workspace "" ${workspaceSays}`]],
  ['0_main_insights', { version: 'v1.14' }, [`version "v1.14" ${versionSays}`]],
  ['0_main_insights', { version: '1.04' }, [`version "1.04" ${versionSays}`]],
  [
    '0_main_insights',
    { workspace: 'a b', version: '', run_k12_or_hed_test_data: 'K12' },
    [
      `workspace "a b" ${workspaceSays}`,
      `version "" ${versionSays}`,
      'run_k12_or_hed_test_data "K12" is not k12, hed, or empty (then the share is landed).',
    ],
  ],
  ['0_main_insights', { workspace: 'prod' }, [`dataShareDirectory "insights-{tenantid}" ${shareSays}`]],
  ['0_main_insights', { run_k12_or_hed_test_data: '', dataShareDirectory: '' }, [`dataShareDirectory "" ${shareSays}`]],
  [
    '0_main_insights',
    { confirmRundate: 'yesterday', quarantineRundate: '2022-01-28' },
    [
      'confirmRundate "yesterday" is not a rundate like 2022-01-28 06:16:22.',
      'quarantineRundate "2022-01-28" is not a rundate like 2022-01-28 06:16:22.',
      'quarantineReason "" does not go with quarantineRundate: give both or neither.',
    ],
  ],
  [
    '1_land_insights_test_data',
    { workspace: 'prod', land_k12_or_hed_test_data: '' },
    [
      'workspace "prod" takes no test data: 1_land_insights_prod_data lands its share.',
      'land_k12_or_hed_test_data "" is neither k12 nor hed.',
    ],
  ],
  ['1_land_insights_prod_data', { dataShareDirectory: 'a/../b' }, [`dataShareDirectory "a/../b" ${shareSays}`]],
  [
    '2_ingest_insights',
    { ingest_k12_or_hed_test_data: 'both' },
    ['ingest_k12_or_hed_test_data "both" is not k12, hed, or empty (then the share is landed).'],
  ],
  ['3_refine_insights', { version: '1' }, [`version "1" ${versionSays}`]],
  [
    '4_reset_workspace_insights',
    { workspace: 'prod', confirmation: 'yes' },
    ['confirmation "yes" does not allow this in prod: write the word prod, a space, and datasetPath.'],
  ],
  [
    '4_reset_workspace_insights',
    { datasetPath: 'M365' },
    ['datasetPath "M365" is not the path of a version, such as M365/v1.14.'],
  ],
  [
    'delete_dataset',
    { workspace: 'prod', datasetPath: 'M365/v1.14/../..' },
    [
      'datasetPath "M365/v1.14/../.." is not the path of one version of a data set, such as M365/v1.14.',
      'confirmation "" does not allow this in prod: write the word prod, a space, and datasetPath.',
    ],
  ],
  [
    'create_lake_db',
    { datasetFullPath: 'stage2/Ingested/contoso/v0.1' },
    [
      'datasetFullPath "stage2/Ingested/contoso/v0.1" is neither the ingested nor the refined data set, such as stage2/Refined/M365/v1.14: no other module is installed here.',
    ],
  ],
  [
    'create_sql_db',
    { stage: 'stage4', datasetPath: '', dbName: 'a]b', storageAccount: 'x.y' },
    [
      'stage "stage4" is not stage1, stage2 or stage3.',
      'datasetPath "" is not a path such as Refined/contoso/v0.1/general.',
      'dbName "a]b" is not made of up to 128 letters, digits and _.',
      'storageAccount "x.y" is not the name of a storage account.',
    ],
  ],
  [
    'create_sql_views',
    { storageAccount: '', folder: 'oea', dbName: '' },
    [
      'storageAccount "" is not the name of a storage account.',
      'folder "oea" is not a container and a folder in it, such as oea/dev/stage2/Refined/contoso/v0.1/general.',
      'dbName "" is not made of letters, digits and _.',
    ],
  ],
  [
    'ingest',
    { entityPath: 'contoso/v0.1/students', primaryKey: 'id' },
    [
      'entityPath "contoso/v0.1/students" is not a version of M365 or a table in it, such as M365/v1.14 or M365/v1.14/Person: no other module is installed here.',
      'primaryKey "id" is not needed: the catalogue declares the keys, so leave it empty.',
    ],
  ],
  [
    'land_data_from_URL',
    { URL: 'http://x', sinkPath: 'M365/v1.14/Person', sinkFilename: 'a/b', batchType: 'full' },
    [
      'URL "http://x" does not start with https://.',
      'sinkPath "M365/v1.14/Person" belongs to Insights, which lands and describes its own data: run 1_land_insights_test_data or 1_land_insights_prod_data.',
      'sinkFilename "a/b" is not the name of a file.',
      'batchType "full" is not snapshot, additive, delta or delete.',
    ],
  ],
  [
    'land_from_ls_datalake',
    { sourcePath: 'oea', sinkPath: '/x', filePath: '' },
    [
      'sourcePath "oea" is not a container and a folder in it, such as oea/pre_landing/data_shares.',
      'sinkPath "/x" is not a path such as contoso/v0.1/students.',
      'filePath "" is not the name of a file.',
    ],
  ],
])('%s refuses %j, and says all that is wrong', (pipeline, given, messages) => {
  expect(refusals(pipeline, given)).toEqual(messages);
});

const characters = fc.constantFrom(...'aZ09-_./ é%~!*()\'"{}\\vprodDEV');

test('the check of workspaces accepts what the command accepts, and nothing else', () => {
  const names = fc.oneof(fc.constantFrom('prod', 'dev', 'Prod', 'DEV'), fc.string({ unit: characters, maxLength: 32 }));
  fc.assert(
    fc.property(names, (workspace) => {
      expect(refusals('3_refine_insights', { workspace }).length === 0).toBe(accepts(parseWorkspaceName, workspace));
    }),
  );
});

test('the check of versions accepts what the command accepts, and nothing else but longer numbers', () => {
  const versions = fc.string({ unit: fc.constantFrom(...'0123.v'), maxLength: 9 });
  fc.assert(
    fc.property(versions, (version) => {
      const isLong = /\d{5}/.test(version);
      fc.pre(!isLong);
      expect(refusals('3_refine_insights', { version }).length === 0).toBe(accepts(parseDataVersion, version));
    }),
    { numRuns: 500 },
  );
});

test('the same parameter is checked in the same way everywhere', () => {
  const names = ['0_main_insights', '2_ingest_insights', '3_refine_insights', '5_maintain_insights', 'create_sql_db'];
  for (const check of ['Check workspace', 'Check version']) {
    const texts = names.map((name) => {
      const activity = readActivities(ownArtifact('pipelines', name).properties, '').find(
        (each) => each.name === check,
      );
      return JSON.stringify(memberAt(activity?.json, 'typeProperties'));
    });
    expect(new Set(texts).size).toBe(1);
  }
});
