import { DefaultSettings, TaskUtils } from '@microsoft/powerquery-parser';
import { loadCatalogue } from '../../../src/catalogue/load';
import { semanticModel } from '../../../src/powerbi/model/semantic-model';
import { tableQuery } from '../../../src/powerbi/project/m-queries';
import { sampleProject } from '../sample-project';

async function isM(text: string): Promise<boolean> {
  return TaskUtils.isParseStageOk(await TaskUtils.tryLexParse(DefaultSettings, text));
}

const queries = (['import', 'directQuery'] as const).flatMap((mode) =>
  semanticModel(loadCatalogue('strict')).tables.map((table) => [mode, table.name, tableQuery(table, mode)] as const),
);

test.each(queries)('%s: the query of %s is M', async (_mode, _table, query) => {
  expect(await isM(query)).toBe(true);
});

test('parameters are M, and what is no M is told', async () => {
  const parameters = [...sampleProject('k12', 'directQuery')].flatMap(([file, text]) =>
    file.endsWith('expressions.tmdl')
      ? [...text.matchAll(/^expression \w+ = (.*)$/gm)].map(([, value = '']) => value)
      : [],
  );
  expect(parameters.length).toBe(3);
  expect(await Promise.all(parameters.map(isM))).toEqual([true, true, true]);
  expect(await isM('lett x = 1 in x')).toBe(false);
});

test('a view is read by the name that the catalogue gave it, and of its columns those of the model', () => {
  const [, , query = ''] = queries.find(([mode, table]) => mode === 'directQuery' && table === 'Organization') ?? [];
  expect(query.split('\n')).toEqual([
    'let',
    '\tSource = Sql.Database(Server, Database),',
    '\tView = Source{[Schema = "dbo", Item = "Organization"]}[Data],',
    '\tChosen = Table.SelectColumns(View, {"Id", "Name"})',
    'in',
    '\tChosen',
  ]);
});
