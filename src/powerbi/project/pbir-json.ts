import type { FieldReference, VisualFilter } from '../report/report';
import { filterName } from './stable-ids';

/** Expressions of PBIR. `homes` says which table of the model has a measure. */
export type MeasureHomes = ReadonlyMap<string, string>;

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** A text as a literal: in quotes of its own, those inside doubled. */
export function textLiteral(text: string): Json {
  return literal(`'${text.replaceAll("'", "''")}'`);
}

/** A truth value, or a number with its suffix (`12D`). */
export function literal(value: string): Json {
  return { expr: { Literal: { Value: value } } };
}

/** Title, alternative text and what else a visual's frame shows. */
export function properties(values: Readonly<Record<string, Json>>): Json {
  return [{ properties: values }];
}

export function fieldJson(field: FieldReference, homes: MeasureHomes): Json {
  if ('measure' in field) {
    return {
      Measure: { Expression: { SourceRef: { Entity: homeOf(field.measure, homes) } }, Property: field.measure },
    };
  }
  return { Column: { Expression: { SourceRef: { Entity: field.table } }, Property: field.column } };
}

export function projection(field: FieldReference, homes: MeasureHomes): Json {
  const [table, name, label] =
    'measure' in field
      ? [homeOf(field.measure, homes), field.measure, field.measure]
      : [field.table, field.column, field.label];
  const shown = { field: fieldJson(field, homes), queryRef: `${table}.${name}`, nativeQueryRef: name };
  return label === name ? shown : { ...shown, displayName: label };
}

/** A filter of a visual; `Source` names the alias of `From`. */
export function filterJson(filter: VisualFilter, key: readonly string[], homes: MeasureHomes): Json {
  const entity = 'measure' in filter ? homeOf(filter.measure, homes) : filter.table;
  const source = { SourceRef: { Source: 't' } };
  const inner: Json =
    'measure' in filter
      ? { Measure: { Expression: source, Property: filter.measure } }
      : { Column: { Expression: source, Property: filter.column } };
  const condition: Json =
    'values' in filter
      ? { In: { Expressions: [inner], Values: filter.values.map((value) => [constant(value)]) } }
      : {
          Not: {
            Expression: { Comparison: { ComparisonKind: 0, Left: inner, Right: { Literal: { Value: 'null' } } } },
          },
        };
  const field: FieldReference = 'measure' in filter ? filter : { ...filter, label: filter.column };
  return {
    name: filterName(...key),
    field: fieldJson(field, homes),
    type: 'values' in filter ? 'Categorical' : 'Advanced',
    filter: {
      Version: 2,
      From: [{ Name: 't', Entity: entity, Type: 0 }],
      Where: [{ Condition: condition }],
    },
    howCreated: 'User',
  };
}

function constant(value: string): Json {
  return { Literal: { Value: `'${value.replaceAll("'", "''")}'` } };
}

function homeOf(measure: string, homes: MeasureHomes): string {
  const home = homes.get(measure);
  if (home === undefined) throw new Error(`The model has no measure ${measure}.`);
  return home;
}
