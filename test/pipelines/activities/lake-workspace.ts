import type { JsonValue } from '../../../src/artifacts/model';
import { FolderStore } from '../../../src/lake/folder-store';
import { useTemporaryFolders } from '../../support/temporary-folder';
import { TestWorkspace, type Json, type TestPorts } from '../workspace';

const lakeService = { type: 'AzureBlobFS', typeProperties: { url: 'https://stoea.dfs.core.windows.net' } };

/** A data set of the lake with parameters container, folder and file. */
export const lakeDataSet = (type: string, more: Json = {}): Json => ({
  type,
  linkedServiceName: { referenceName: 'LS_DataLake', type: 'LinkedServiceReference' },
  parameters: {
    container: { type: 'string', defaultValue: 'oea' },
    folder: { type: 'string', defaultValue: '@coalesce(null)' },
    file: { type: 'string', defaultValue: '' },
  },
  typeProperties: {
    location: {
      type: 'AzureBlobFSLocation',
      fileSystem: { value: '@dataset().container', type: 'Expression' },
      folderPath: { value: '@dataset().folder', type: 'Expression' },
      fileName: { value: '@dataset().file', type: 'Expression' },
    },
    ...more,
  },
});

/** A reference to one of the data sets of `lakeWorkspace`. */
export const dataSet = (name: string, folder: string, file = '', container = 'oea'): Json => ({
  referenceName: name,
  type: 'DatasetReference',
  parameters: { container, folder, file },
});

/** A workspace over a folder lake, with binary, delimited and JSON data sets and services for SQL and the web. */
export function lakeWorkspace(
  folder: string,
  activities: readonly Json[],
  ports: TestPorts = {},
  dataSets: Readonly<Record<string, JsonValue>> = {},
): { readonly workspace: TestWorkspace; readonly lake: FolderStore } {
  const lake = new FolderStore(folder);
  const workspace = new TestWorkspace(
    {
      pipelines: { main: { activities, variables: { text: { type: 'String' } } } },
      datasets: {
        Binary: lakeDataSet('Binary'),
        Csv: lakeDataSet('DelimitedText', { columnDelimiter: ',', firstRowAsHeader: true }),
        Semicolons: lakeDataSet('DelimitedText', {
          columnDelimiter: ';',
          quoteChar: "'",
          escapeChar: "'",
          nullValue: '\\N',
        }),
        Json: lakeDataSet('Json'),
        Table: {
          type: 'AzureSqlTable',
          linkedServiceName: { referenceName: 'LS_Sql', parameters: { dbName: 'sdb_dev' } },
          typeProperties: { schema: 'dbo', table: 'AadUser' },
        },
        Http: {
          type: 'Binary',
          linkedServiceName: {
            referenceName: 'LS_Http',
            parameters: { url: { value: '@dataset().url', type: 'Expression' } },
          },
          parameters: { url: { type: 'string' } },
          typeProperties: { location: { type: 'HttpServerLocation' } },
        },
        ...dataSets,
      },
      linkedservices: {
        LS_DataLake: lakeService,
        LS_Sql: {
          type: 'AzureSqlDatabase',
          parameters: { dbName: { type: 'string', defaultValue: 'master' } },
          typeProperties: {
            connectionString: 'Data Source=tcp:x,1433;Initial Catalog=@{linkedService().dbName};Encrypt=True',
          },
        },
        LS_Http: {
          type: 'HttpServer',
          parameters: { url: { type: 'string' } },
          typeProperties: { url: { value: '@linkedService().url', type: 'Expression' } },
        },
      },
    },
    { lake, ...ports },
  );
  return { workspace, lake };
}

/** Every file of a lake with its text. */
export async function contents(lake: FolderStore, prefix = 'oea'): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { path } of await lake.list(prefix)) found[path] = (await lake.read(path)).toString('utf8');
  return found;
}

/** A drop: two roster folders, each with two tables, and a file beside them. */
export const dropFiles: Readonly<Record<string, string>> = {
  'oea/in/2026-01-01/Person/a.csv': 'p1',
  'oea/in/2026-01-01/Section/b.csv': 's1',
  'oea/in/2026-01-02/Person/a.csv': 'p2',
  'oea/in/2026-01-02/Person/note.txt': 'n2',
  'oea/in/readme.txt': 'r',
};

/** Makes workspaces over lakes that hold the drop, each in a folder of its own. Call at the top of the file. */
export function useDrop() {
  const newFolder = useTemporaryFolders();
  return async (
    activities: readonly Json[],
    ports?: TestPorts,
    dataSets?: Readonly<Record<string, JsonValue>>,
  ): Promise<ReturnType<typeof lakeWorkspace> & { readonly folder: string }> => {
    const folder = await newFolder();
    const made = lakeWorkspace(folder, activities, ports, dataSets);
    for (const [path, text] of Object.entries(dropFiles)) await made.lake.write(path, text);
    return { folder, ...made };
  };
}
