import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkProject } from '../../../src/powerbi/check/check-project';
import { visualKinds } from '../../../src/powerbi/check/visual-kinds';
import { sampleProject } from '../sample-project';

const sample = sampleProject('k12', 'directQuery');
const page = 'Insights.Report/definition/pages/';
const tables = 'Insights.SemanticModel/definition/tables/';

/** The first file that fits, so that a mistake can be made in it. */
function fileWith(...parts: readonly string[]): string {
  const [found] =
    [...sample].find(([file, text]) => parts.every((part) => file.includes(part) || text.includes(part))) ?? [];
  if (found === undefined) throw new Error(`No file with ${parts.join(' and ')}.`);
  return found;
}

const chart = fileWith('/visual.json', '"clusteredColumnChart"', '"ClassTeamGroup"');
const slicer = fileWith('/visual.json', '"slicer"');
const otherFilter = fileWith('/visual.json', '"treemap"');
const filterOf = (file: string): string => /"name": "(Filter[0-9a-f]{24})"/.exec(sample.get(file) ?? '')?.[1] ?? '';

/** `[what is wrong, file, text that is replaced, by what, findings as rule and message]` */
const mistakes: readonly (readonly [string, string, string | RegExp, string, readonly string[]])[] = [
  [
    'a visual that does not exist',
    slicer,
    '"visualType": "slicer"',
    '"visualType": "chooser"',
    ['visual-type: chooser is no visual that we know.'],
  ],
  [
    'a role that the visual does not have',
    chart,
    '"Series": {',
    '"Legend": {',
    ['role: clusteredColumnChart has no role Legend.'],
  ],
  [
    'a role that is missing',
    slicer,
    /"queryState": \{[\s\S]*?\n {6}\}\n/,
    '"queryState": {}\n',
    ['role: slicer needs the role Values.'],
  ],
  [
    'a measure where rows are grouped',
    slicer,
    /"Column": (\{\s+"Expression": \{\s+"SourceRef": \{\s+"Entity": )"\w+"(\s+\}\s+\},\s+"Property": )"\w+"/,
    '"Measure": $1"activity"$2"Signals"',
    ['role: Values of slicer takes no measure.'],
  ],
  [
    'a text without its quotes',
    chart,
    /"Value": "'Categorical'"/,
    '"Value": "Categorical"',
    ['literal: /visual/objects/categoryAxis/0/properties/axisType/expr: Categorical is no literal.'],
  ],
  [
    'a plain text instead of an expression',
    slicer,
    /"altText": (\{\s+"expr": \{\s+"Literal": \{[^}]*\}\s+\}\s+\})/,
    '"altText": "Choose"',
    [
      'literal: /visual/visualContainerObjects/general/0/altText is no expression.',
      'wording: It has no alternative text.',
    ],
  ],
  [
    'a column that the model does not have',
    chart,
    /"Property": "Week"/,
    '"Property": "Month"',
    ['field: /visual/query/queryState/Category/projections/0/field: the model has no column activity[Month].'],
  ],
  [
    'a column that is hidden',
    chart,
    /"Property": "Week"/,
    '"Property": "ActorId_pseudonym"',
    ['field: /visual/query/queryState/Category/projections/0/field: activity[ActorId_pseudonym] is hidden.'],
  ],
  [
    'a condition that names a table instead of its alias',
    chart,
    '"Source": "t"',
    '"Entity": "activity"',
    [
      'filter: /filterConfig/filters/0/filter/Where/0/Condition/In/Expressions/0/Column/Expression: a condition refers to no table of its filter.',
    ],
  ],
  ['a visual beyond the edge', chart, /"x": \d+/, '"x": 900', ['bounds: It reaches over the edge of its page.']],
  ['a number without a title', chart, '"text": {', '"words": {', ['wording: It has no title.']],
  [
    'two filters of one name',
    chart,
    filterOf(chart),
    filterOf(otherFilter),
    [`name: There are two filters ${filterOf(otherFilter)}.`, `name: There are two filters ${filterOf(otherFilter)}.`],
  ],
  [
    'a visual that is not called like its folder',
    chart,
    /"name": "[0-9a-f]{20}"/,
    '"name": "Chart 1"',
    ['name: Chart 1 is not 20 hexadecimal digits.', 'name: The folder is not called Chart 1.'],
  ],
  [
    'a page without a size',
    fileWith('/page.json'),
    /,\s+"height": 720/,
    '',
    ['pages: The page has no size.', 'bounds: It reaches over the edge of its page.'],
  ],
  [
    'an order that names no page',
    fileWith('/pages.json'),
    /"pageOrder": \[\s+"/,
    '"pageOrder": ["missing", "',
    ['pages: There is no page missing.'],
  ],
  [
    'a page that opens and is not there',
    fileWith('/pages.json'),
    /"activePageName": ".*"/,
    '"activePageName": "missing"',
    ['pages: The page that opens is not in the order.'],
  ],
  [
    'two references to a model',
    fileWith('definition.pbir'),
    '"byPath"',
    '"byConnection": {}, "byPath"',
    ['model: It has 2 references to a model and needs one.'],
  ],
  [
    'a reference to a model that is not there',
    fileWith('definition.pbir'),
    '../Insights.SemanticModel',
    '../Other.SemanticModel',
    ['model: There is no model Other.SemanticModel.'],
  ],
  [
    'an absolute path to the model',
    fileWith('definition.pbir'),
    '../Insights.SemanticModel',
    'C:/Insights.SemanticModel',
    ['model: The path to the model is absolute.'],
  ],
  [
    'an item of another kind than its folder',
    fileWith('.Report/.platform'),
    '"type": "Report"',
    '"type": "SemanticModel"',
    ['platform: A folder Insights.Report is no SemanticModel.'],
  ],
  [
    'an id that is no GUID',
    fileWith('.Report/.platform'),
    /"logicalId": ".*"/,
    '"logicalId": "1"',
    ['platform: 1 is no GUID.'],
  ],
  [
    'a theme of another name than its file',
    fileWith('InsightsTheme.json', 'dataColors'),
    '"name": "InsightsTheme.json"',
    '"name": "Insights"',
    ['theme: The theme’s file has another name than the theme.'],
  ],
  [
    'a measure over a column that is not there',
    `${tables}activity.tmdl`,
    'SUM(activity[MeetingMinutes])',
    'SUM(activity[Minutes])',
    ['reference: Meeting Minutes names activity[Minutes], which is not there.'],
  ],
  [
    'a relationship from a column that is not there',
    'Insights.SemanticModel/definition/relationships.tmdl',
    'fromColumn: activity.SchoolId',
    'fromColumn: activity.School',
    ['reference: A relationship names activity.School, which is not there.'],
  ],
  [
    'two measures of one name',
    `${tables}Quality.tmdl`,
    "measure 'Rows Landed'",
    'measure Signals',
    [
      'field: /visual/query/queryState/Data/projections/0/field: the model has no measure Quality[Rows Landed].',
      'field: /visual/query/queryState/Values/projections/3/field: the model has no measure Quality[Rows Landed].',
      'name: There are two measures Signals.',
    ],
  ],
  [
    'a table without a partition',
    `${tables}Person.tmdl`,
    /\tpartition[\s\S]*/,
    '',
    ['partition: Person has 0 partitions and needs one.'],
  ],
  [
    'an id that can be seen',
    `${tables}Person.tmdl`,
    '\t\tisHidden\n',
    '',
    ['hidden: Person.Id_pseudonym is an id and can be seen.'],
  ],
  [
    'a measure that shows small numbers',
    `${tables}Enrollment.tmdl`,
    'Persons >= 5',
    'Persons >= 1',
    ['suppression: Students shows numbers of few persons.'],
  ],
  [
    'a measure that shows what mostly comes from one person',
    `${tables}activity.tmdl`,
    ' && NOT IsOfOne',
    '',
    ['suppression: Signals shows numbers of few persons.'],
  ],
  [
    'a query that names a server',
    `${tables}Person.tmdl`,
    'Sql.Database(Server, Database)',
    'Sql.Database("a-ondemand.sql.azuresynapse.net", Database)',
    ['environment: It names a-ondemand.sql.azuresynapse.net.'],
  ],
];

test.each(mistakes)('tells %s', (_what, file, from, to, expected) => {
  const text = sample.get(file) ?? '';
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  const findings = checkProject(new Map([...sample, [file, changed]]));
  const told = [...new Set(findings.map(({ rule, message }) => `${rule}: ${message}`))];
  expect(told).toEqual([...new Set(expected)]);
});

test('a page that nobody lists, and a theme that is not there, are told', () => {
  const extra = `${page}0123456789abcdef0123/page.json`;
  const listed = '{ "name": "0123456789abcdef0123", "width": 1, "height": 1 }';
  expect(checkProject(new Map([...sample, [extra, listed]]))).toEqual([
    {
      rule: 'pages',
      file: fileWith('/pages.json'),
      message: 'Page 0123456789abcdef0123 is not in the order.',
    },
  ]);
  const withoutTheme = [...sample].filter(([file]) => !file.endsWith('/InsightsTheme.json'));
  expect(checkProject(new Map(withoutTheme))).toEqual([
    { rule: 'theme', file: fileWith('/report.json'), message: 'There is no theme InsightsTheme.json.' },
  ]);
});

test('visuals have the roles that Microsoft lists for them, of the same kind', () => {
  // The package is an ES module; its data is read without it.
  const folder = path.dirname(require.resolve('@microsoft/powerbi-core-visual-schema/package.json'));
  const listed = JSON.parse(readFileSync(path.join(folder, 'data/capabilities.json'), 'utf8')) as Readonly<
    Record<string, { readonly dataRoles?: readonly { readonly name: string; readonly kind: 0 | 1 | 2 }[] }>
  >;
  const kinds = ['column', 'measure', 'either'] as const;
  const different = Object.entries(visualKinds).flatMap(([type, roles]) => {
    const known = listed[type];
    if (known === undefined) return [`${type} is not listed`];
    return Object.entries(roles).flatMap(([role, { kind }]) => {
      const found = known.dataRoles?.find(({ name }) => name === role);
      return found !== undefined && kinds[found.kind] === kind ? [] : [`${type}.${role} is ${kinds[found?.kind ?? 2]}`];
    });
  });
  expect(different).toEqual([]);
});
