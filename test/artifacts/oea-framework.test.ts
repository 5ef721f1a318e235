import type { Artifact, JsonObject } from '../../src/artifacts/model';
import { besideFramework } from '../../src/artifacts/oea-framework';
import { leaveOut, isWebService } from '../../src/artifacts/without';

function artifact(kind: Artifact['kind'], name: string, properties: JsonObject): Artifact {
  return { kind, name, properties, file: `assets/${kind}/${name}.json` };
}

const calls = (type: string, referenceName: string): JsonObject => ({ a: { referenceName, type } });
const calling = (name: string, target: string): Artifact =>
  artifact('pipelines', name, calls('PipelineReference', target));

const lake = artifact('linkedservices', 'LS_DataLake', { type: 'AzureBlobFS' });
const http = artifact('linkedservices', 'LS_HTTP', { type: 'HttpServer' });
const file = artifact('datasets', 'DS_datalake_file', calls('LinkedServiceReference', 'LS_DataLake'));
const page = artifact('datasets', 'DS_HTTP_binary', calls('LinkedServiceReference', 'LS_HTTP'));

describe('beside the framework that OEA installed (OWN3)', () => {
  test('its linked services and data sets are not deployed, its pipelines only where ours need them, by other names', () => {
    const main = calling('0_main_insights', 'create_sql_db');
    const create = calling('create_sql_db', 'refine');
    const refine = artifact('pipelines', 'refine', calls('DatasetReference', 'DS_datalake_file'));
    const unused = calling('ingest', 'refine');
    const createLake = artifact('pipelines', 'create_lake_db', {});
    expect(besideFramework([lake, file, main, create, createLake, refine, unused])).toEqual([
      { ...main, properties: calls('PipelineReference', 'insights_create_sql_db') },
      { ...create, name: 'insights_create_sql_db', properties: calls('PipelineReference', 'insights_refine') },
      { ...createLake, name: 'insights_create_lake_db' },
      { ...refine, name: 'insights_refine' },
    ]);
  });
});

describe('leaving artifacts out', () => {
  test('takes all that refers to them along, directly or not, and keeps the order (NET5)', () => {
    const fetching = artifact('pipelines', 'land_data_from_URL', calls('DatasetReference', 'DS_HTTP_binary'));
    const outer = calling('outer', 'land_data_from_URL');
    const other = artifact('pipelines', 'other', calls('DatasetReference', 'DS_datalake_file'));
    expect(leaveOut([outer, lake, http, file, page, other, fetching], isWebService)).toEqual({
      kept: [lake, file, other],
      left: [outer, http, page, fetching],
    });
  });

  test.each([
    ['HttpServer', 'linkedservices', true],
    ['RestService', 'linkedservices', true],
    ['Web', 'linkedservices', true],
    ['AzureBlobFS', 'linkedservices', false],
    ['HttpServer', 'datasets', false],
  ] as const)('%s of %s is a web service: %s', (type, kind, expected) => {
    expect(isWebService({ kind, properties: { type } })).toBe(expected);
  });
});
