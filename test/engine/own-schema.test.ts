import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { arrangeOwnSchemas, readOwnSchemas } from '../../src/engine/own-schema';
import { readDrop } from '../../src/engine/drop';
import { FolderStore } from '../../src/lake/folder-store';
import { shippedDrop, testWithShippedDrop } from '../support/shipped-drop';
import { writeDrop, smallCatalogue } from '../support/small-drop';
import { useTemporaryFolders } from '../support/temporary-folder';

const temporaryFolder = useTemporaryFolders();
const folder = 'roster/2022-01-28T06-16-22';
const schemaPath = 'schema/roster.v0.3.2.cdm.json';

function schema(entities: Readonly<Record<string, readonly string[]>>): unknown {
  const definitions = Object.entries(entities).map(([entityName, names]) => ({
    entityName,
    hasAttributes: names.map((name) => ({ name, dataType: 'String' })),
  }));
  return { definitions };
}

function manifest(locations: Readonly<Record<string, string>>, schemaFile = schemaPath): unknown {
  const entities = Object.entries(locations).map(([entityName, location]) => ({
    type: 'LocalEntity',
    entityName,
    entityPath: `local:/${schemaFile}/${entityName}`,
    dataPartitionPatterns: [{ rootLocation: `local:/${location}`, regularExpression: '/.+\\.csv$' }],
  }));
  return { manifestName: 'snapshot.roster', entities };
}

const roles = { PersonOrganizationRole: ['Id', 'RoleEndDate', 'RoleStartDate'], Session: ['Id', 'Name'] };

test('ROW7: a manifest of this folder gives the columns of each of its tables', () => {
  const schemas = arrangeOwnSchemas(
    [
      {
        path: `${folder}/snapshot.roster.manifest.cdm.json`,
        content: manifest({ PersonOrganizationRole: `${folder}/PersonOrganizationRole`, Session: `${folder}/Session` }),
      },
    ],
    new Map([[schemaPath, schema(roles)]]),
  );
  expect(schemas.columnsOf(folder, 'PersonOrganizationRole')).toEqual(['Id', 'RoleEndDate', 'RoleStartDate']);
  expect(schemas.columnsOf(folder, 'Session')).toEqual(['Id', 'Name']);
  expect(schemas.columnsOf(folder, 'Person')).toBeUndefined();
  expect(schemas.columnsOf('roster/2022-01-29T06-16-22', 'Session')).toBeUndefined();
  expect(schemas.messages).toEqual([]);
});

test('ROW7, ROW2: a manifest that describes another folder is stale: it is not used, and that is said', () => {
  const path = `${folder}/snapshot.roster.manifest.cdm.json`;
  const schemas = arrangeOwnSchemas(
    [{ path, content: manifest({ Session: 'roster/2021-09-05T06-16-22/Session' }) }],
    new Map([[schemaPath, schema(roles)]]),
  );
  expect(schemas.columnsOf(folder, 'Session')).toBeUndefined();
  expect(schemas.columnsOf('roster/2021-09-05T06-16-22', 'Session')).toBeUndefined();
  expect(schemas.messages).toEqual([
    {
      severity: 'warning',
      code: 'MANIFEST_NOT_USED',
      message: 'The manifest describes another folder: it is stale and is not used (ROW2).',
      file: path,
    },
  ]);
});

test('ROW7: the manifest at the root and the one of activity name their folders themselves', () => {
  const files = new Map([
    [schemaPath, schema(roles)],
    ['schema/activity.v0.1.0.cdm.json', schema({ TechActivity: ['SignalType', 'StartTime'] })],
  ]);
  const schemas = arrangeOwnSchemas(
    [
      { path: 'current.manifest.cdm.json', content: manifest({ Session: `${folder}/Session` }) },
      {
        path: 'activity/activity.manifest.cdm.json',
        content: manifest({ TechActivity: 'activity/2022-01-28' }, 'schema/activity.v0.1.0.cdm.json'),
      },
    ],
    files,
  );
  expect(schemas.columnsOf(folder, 'Session')).toEqual(['Id', 'Name']);
  expect(schemas.columnsOf('activity/2022-01-28/ApplicationUsage.csv', 'activity')).toEqual([
    'SignalType',
    'StartTime',
  ]);
  expect(schemas.messages).toEqual([]);
});

test.each([
  ['no object', 7],
  ['null', null],
  ['entities that are no list', { entities: 'Session' }],
  ['an entity without a path', { entities: [{ entityName: 'Session', dataPartitionPatterns: [{ rootLocation: 1 }] }] }],
  ['a schema that is not there', manifest({ Session: `${folder}/Session` }, 'schema/other.cdm.json')],
  ['a table that its schema lacks', manifest({ Person: `${folder}/Person` })],
])('ROW7: a manifest that cannot be understood gives no columns: %s', (_, content) => {
  const schemas = arrangeOwnSchemas(
    [{ path: 'current.manifest.cdm.json', content }],
    new Map([[schemaPath, schema(roles)]]),
  );
  expect(schemas.columnsOf(folder, 'Session')).toBeUndefined();
  expect(schemas.columnsOf(folder, 'Person')).toBeUndefined();
});

test('ROW7: a description that is not JSON is a warning, and the others are used', async () => {
  const drop = await temporaryFolder();
  const files = {
    'current.manifest.cdm.json': `\uFEFF${JSON.stringify(manifest({ Session: `${folder}/Session` }))}`,
    [schemaPath]: JSON.stringify(schema(roles)),
    [`${folder}/snapshot.roster.manifest.cdm.json`]: '{"entities": [',
  };
  await writeDrop(drop, { roster: { '2022-01-28T06-16-22': {} }, files }, smallCatalogue(['Session']));
  const store = new FolderStore(drop);
  const schemas = await readOwnSchemas(await readDrop(store, '', ['Session']));
  await store.close();
  expect(schemas.columnsOf(folder, 'Session')).toEqual(['Id', 'Name']);
  expect(schemas.messages).toEqual([
    {
      severity: 'warning',
      code: 'MANIFEST_NOT_USED',
      message: 'This CDM description is not JSON and is not used.',
      file: `${folder}/snapshot.roster.manifest.cdm.json`,
    },
  ]);
});

testWithShippedDrop(
  'ROW7: the shipped manifest is stale; of its own folder it would swap the dates of roles',
  async () => {
    const root = path.join(shippedDrop, 'M365');
    const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    const schemas = new Map([[schemaPath, read(schemaPath)]]);
    const manifestPath = `${folder}/snapshot.roster.manifest.cdm.json`;
    const shipped = arrangeOwnSchemas([{ path: manifestPath, content: read(manifestPath) }], schemas);
    expect(shipped.messages.map(({ code }) => code)).toEqual(['MANIFEST_NOT_USED']);
    expect(shipped.columnsOf(folder, 'PersonOrganizationRole')).toBeUndefined();
    const renewed = JSON.parse(
      JSON.stringify(read(manifestPath)).replaceAll('2021-09-05T06-16-22', '2022-01-28T06-16-22'),
    ) as unknown;
    const own = arrangeOwnSchemas([{ path: manifestPath, content: renewed }], schemas);
    expect(own.messages).toEqual([]);
    expect(own.columnsOf(folder, 'PersonOrganizationRole')?.slice(-2)).toEqual(['RoleEndDate', 'RoleStartDate']);
    expect(own.columnsOf(folder, 'PersonDemographic')).toHaveLength(7);
  },
);
