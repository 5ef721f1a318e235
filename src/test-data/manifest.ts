import type { Column, Table } from '../catalogue/model';
import { catalogueTable, rosterTables } from './table-writer';

/** File names as the export's own description uses them. */
export const schemaFiles = {
  roster: 'M365/schema/roster.v0.3.2.cdm.json',
  activity: 'M365/schema/activity.v0.1.0.cdm.json',
} as const;

/** The description of one roster folder: which entities it holds and where their files are. */
export function rosterManifest(timestamp: string): string {
  const entities = rosterTables().map(({ name }) => ({
    type: 'LocalEntity',
    entityName: name,
    entityPath: `local:/schema/roster.v0.3.2.cdm.json/${name}`,
    dataPartitionPatterns: [
      {
        name: `${name}-partitionPattern`,
        rootLocation: `local:/roster/${timestamp}/${name}`,
        regularExpression: '/.+\\.csv$',
      },
    ],
  }));
  return json({ manifestName: 'snapshot.roster', entities, jsonSchemaSemanticVersion: '1.2.0' });
}

/** The columns of all roster tables in the order of the delivered files. */
export function rosterSchema(): string {
  const definitions = rosterTables().map((table) => ({
    entityName: table.name,
    hasAttributes: delivered(table).map(({ name, type }) => ({ name, dataFormat: cdmFormat(type) })),
  }));
  return json({
    jsonSchemaSemanticVersion: '1.2.0',
    imports: [{ corpusPath: 'cdm:/foundations.cdm.json' }],
    definitions,
  });
}

/** The columns of the activity files, under the name that the export gives them. */
export function activitySchema(): string {
  const hasAttributes = delivered(catalogueTable('activity')).map(({ name, type }) => {
    const format = cdmFormat(type);
    return { name, dataType: { dataTypeReference: format[0]!.toLowerCase() + format.slice(1) } };
  });
  const definitions = [{ entityName: 'TechActivity', hasAttributes }];
  return json({
    jsonSchemaSemanticVersion: '1.1.0',
    imports: [{ corpusPath: 'cdm:/foundations.cdm.json' }],
    definitions,
  });
}

/** The entry point of the drop. */
export function currentManifest(timestamp: string): string {
  return json({
    manifestName: 'current',
    subManifests: [
      {
        manifestName: 'snapshot.roster.manifest.cdm.json',
        definition: `local:/roster/${timestamp}/snapshot.roster.manifest.cdm.json`,
      },
    ],
    jsonSchemaSemanticVersion: '1.2.0',
  });
}

const formats: Readonly<Record<Column['type'], string>> = {
  string: 'String',
  timestamp: 'DateTime',
  date: 'Date',
  boolean: 'Boolean',
  integer: 'Int32',
  short: 'Int16',
  long: 'Int64',
  double: 'Double',
};

function cdmFormat(type: Column['type']): string {
  return formats[type];
}

function delivered(table: Table): readonly Column[] {
  return table.columns.filter((column) => column.derived === undefined);
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
