import type { DataType, ModelTable } from '../model/model';

/** Where a project's data comes from. */
export type DataMode = 'import' | 'directQuery';

const importTypes: Readonly<Record<DataType, string>> = {
  string: 'type text',
  int64: 'Int64.Type',
  double: 'type number',
  dateTime: 'type datetime',
  boolean: 'type logical',
};

/** A text constant of M. */
export function quoteM(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/**
 * The query of a table. Imported: a parquet file of the folder that `DataFolder` names, so that empty cells stay empty and
 * types need no guess. DirectQuery: a view of the database that `Server` and `Database` name; the names are those of the
 * catalogue that made the view, because M tells upper from lower case.
 */
export function tableQuery(table: ModelTable, mode: DataMode): string {
  if (mode === 'import') return fileQuery(table);
  return table.source.kind === 'view' ? viewQuery(table) : runsQuery(table);
}

function fileQuery({ source, columns }: ModelTable): string {
  const types = columns.map(({ name, dataType }) => `{${quoteM(name)}, ${importTypes[dataType]}}`);
  return steps([
    ['Source', `Parquet.Document(File.Contents(DataFolder & ${quoteM(`\\${source.name}.parquet`)}))`],
    ['Chosen', `Table.SelectColumns(Source, ${nameList(columns)})`],
    ['Typed', `Table.TransformColumnTypes(Chosen, {${types.join(', ')}}, "en-US")`],
  ]);
}

function viewQuery({ source, columns }: ModelTable): string {
  return steps([
    ['Source', 'Sql.Database(Server, Database)'],
    ['View', `Source{[Schema = "dbo", Item = ${quoteM(source.name)}]}[Data]`],
    ['Chosen', `Table.SelectColumns(View, ${nameList(columns)})`],
  ]);
}

/** The reports that runs leave in the lake (docs/lake-format.md), a row for each table of each run. */
function runsQuery({ columns }: ModelTable): string {
  const types = columns.map(({ name, dataType }) => `{${quoteM(name)}, ${importTypes[dataType]}}`);
  const rejected = 'List.Sum({0} & Record.FieldValues(flow[rejected]))';
  const row =
    '[Run = run[runId], Finished = DateTimeZone.RemoveZone(DateTimeZone.FromText(run[finishedAt])), Outcome = run[outcome], ' +
    `Table = flow[table], Landed = flow[landed], Duplicates = flow[duplicates], Rejected = ${rejected}, General = flow[general]]`;
  return steps([
    ['Files', 'AzureStorage.DataLake(RunsFolder, [HierarchicalNavigation = false])'],
    ['Reports', 'Table.SelectRows(Files, each [Extension] = ".json")'],
    ['Runs', 'List.Transform(Reports[Content], each Json.Document(_))'],
    ['Rows', `List.Combine(List.Transform(Runs, (run) => List.Transform(run[tables], (flow) => ${row})))`],
    ['Listed', `Table.FromRecords(Rows, ${nameList(columns)}, MissingField.UseNull)`],
    ['Typed', `Table.TransformColumnTypes(Listed, {${types.join(', ')}}, "en-US")`],
  ]);
}

function nameList(columns: ModelTable['columns']): string {
  return `{${columns.map(({ name }) => quoteM(name)).join(', ')}}`;
}

function steps(bindings: readonly (readonly [name: string, expression: string])[]): string {
  const [last = ''] = bindings.at(-1) ?? [];
  return ['let', bindings.map(([name, expression]) => `\t${name} = ${expression}`).join(',\n'), 'in', `\t${last}`].join(
    '\n',
  );
}
