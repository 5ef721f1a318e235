import type { Catalogue, Column, Table } from '../catalogue/model';
import { generalShape, lookupShape } from '../catalogue/refined-shape';
import { treatmentText } from '../catalogue/treatment';
import type { LakePaths } from '../contract/lake-paths';
import { isRatio, type CountedMeasure, type Measure } from '../powerbi/measures/measure';
import { measures } from '../powerbi/measures/measures';
import type { DictionaryColumn, DictionaryTable } from './published';

/** Tables and columns of the catalogue for the dictionary page, with where they can be read and what is counted by them. */
export function dashboardDictionary(catalogue: Catalogue, paths: LakePaths): readonly DictionaryTable[] {
  return catalogue.tables.map((table) => {
    const lookup = lookupShape(table, catalogue);
    return {
      name: table.name,
      description: table.description,
      protection: table.protection,
      lineage: [
        table.source === 'activity' ? 'M365/activity/<date>/*.csv' : `M365/roster/<timestamp>/${table.name}/*.csv`,
        paths.landedTable(table.name),
        paths.ingested(table.name),
        paths.corrected(table.name),
        paths.general(table.name),
        ...(lookup.length === 0 ? [] : [paths.lookup(table.name)]),
      ],
      columns: table.columns.map((column) => dictionaryColumn(column, table, catalogue)),
    };
  });
}

function dictionaryColumn(column: Column, table: Table, catalogue: Catalogue): DictionaryColumn {
  const general = generalShape(table).filter(({ source }) => source === column);
  const lookup = lookupShape(table, catalogue).filter(({ source }) => source === column);
  const published = new Set(general.map(({ name }) => name));
  return {
    name: column.name,
    type: column.type,
    treatment: treatmentText(column.treatment),
    description: column.description,
    zones: [...general.map(({ name }) => `general.${name}`), ...lookup.map(({ name }) => `sensitive.${name}`)],
    measures: measures
      .filter((measure) => measure.isHidden !== true)
      .filter((measure) => countedOf(measure).some((one) => one.fact === table.name && reads(one, published)))
      .map(({ name }) => name),
  };
}

function countedOf(measure: Measure): CountedMeasure[] {
  if (!isRatio(measure)) return [measure];
  const sides = [measure.numerator, measure.denominator];
  return measures.flatMap((one) => (!isRatio(one) && sides.includes(one.name) ? [one] : []));
}

function reads({ aggregate, where }: CountedMeasure, columns: ReadonlySet<string>): boolean {
  const counted = 'columns' in aggregate ? aggregate.columns : 'column' in aggregate ? [aggregate.column] : [];
  return [...counted, ...where.map(({ column }) => column)].some((name) => columns.has(name));
}
