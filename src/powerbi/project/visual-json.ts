import type { FieldReference, VisualSpec } from '../report/report';
import {
  fieldJson,
  filterJson,
  literal,
  projection,
  properties,
  textLiteral,
  type Json,
  type MeasureHomes,
} from './pbir-json';
import { schemaOf } from './schema-versions';
import { itemName } from './stable-ids';

/** `visual.json` of a visual. */
export function visualJson(page: string, visual: VisualSpec, order: number, homes: MeasureHomes): Json {
  const { key, type, position, filters = [] } = visual;
  const json: Json = {
    $schema: schemaOf('visualContainer'),
    name: itemName('visual', page, key),
    position: { ...position, z: order * 1000, tabOrder: order * 1000 },
    visual: {
      visualType: type,
      ...queryOf(visual, homes),
      ...objectsOf(visual),
      visualContainerObjects: containerObjects(visual),
      drillFilterOtherVisuals: true,
    },
  };
  if (filters.length === 0) return json;
  const rendered = filters.map((filter, index) => filterJson(filter, [page, key, String(index)], homes));
  return { ...json, filterConfig: { filters: rendered } };
}

function queryOf({ roles, sortBy }: VisualSpec, homes: MeasureHomes): { readonly query?: Json } {
  const entries = Object.entries(roles);
  if (entries.length === 0) return {};
  const state = entries.map(([role, fields]): [string, Json] => [
    role,
    { projections: projections(role, fields, homes) },
  ]);
  const query = { queryState: Object.fromEntries(state) };
  if (sortBy === undefined) return { query };
  const sort = [{ field: fieldJson(sortBy, homes), direction: 'Ascending' }];
  return { query: { ...query, sortDefinition: { sort, isDefaultSort: false } } };
}

/** Fields that group are switched on; those of one number are not. */
function projections(role: string, fields: readonly FieldReference[], homes: MeasureHomes): Json[] {
  const isGrouping = ['Category', 'Series', 'Group'].includes(role);
  return fields.map((field) => {
    const json = projection(field, homes) as Readonly<Record<string, Json>>;
    return isGrouping ? { ...json, active: true } : json;
  });
}

/** What a type needs to be readable: axes named, values written, legends above. */
function objectsOf(visual: VisualSpec): { readonly objects?: Json } {
  const yes = literal('true');
  switch (visual.type) {
    case 'textbox':
      return { objects: { general: properties({ paragraphs: paragraphsOf(visual) }) } };
    case 'slicer': {
      const mode = properties({ mode: textLiteral(visual.mode ?? 'Dropdown') });
      return { objects: { data: mode, header: properties({ show: literal('false') }) } };
    }
    case 'clusteredColumnChart':
    case 'clusteredBarChart':
      return {
        objects: {
          categoryAxis: properties({ axisType: textLiteral('Categorical'), showAxisTitle: literal('false') }),
          valueAxis: properties({ showAxisTitle: literal('false') }),
          labels: properties({ show: yes }),
          legend: properties({ position: textLiteral('Top') }),
        },
      };
    case 'lineChart':
      return { objects: { valueAxis: properties({ showAxisTitle: literal('false'), start: literal('0D') }) } };
    case 'treemap':
      return { objects: { labels: properties({ show: yes }), legend: properties({ show: literal('false') }) } };
    case 'cardVisual':
    case 'tableEx':
      return {};
  }
}

function paragraphsOf({ paragraphs = [] }: VisualSpec): Json {
  return paragraphs
    .filter(({ text }) => text !== '')
    .map(({ text, isHeading }) => ({
      textRuns: [
        {
          value: text,
          textStyle: isHeading === true ? { fontSize: '20pt', fontWeight: 'bold' } : { fontSize: '12pt' },
        },
      ],
    }));
}

function containerObjects({ title, altText, type }: VisualSpec): Json {
  const general = properties({ altText: textLiteral(altText) });
  if (title === undefined) return { general, title: properties({ show: literal('false') }) };
  const shown = properties({ show: literal('true'), text: textLiteral(title), titleWrap: literal('true') });
  // Any setting of a slicer's frame takes its padding away.
  const sides = { top: literal('8D'), bottom: literal('8D'), left: literal('8D'), right: literal('8D') };
  return { general, title: shown, ...(type === 'slicer' ? { padding: properties(sides) } : {}) };
}
