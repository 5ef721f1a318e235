import Ajv from 'ajv';
import { projectSchemas } from '../contract/project-schemas';
import { repeatedKey } from '../contract/repeated-key';
import { pointer, type Finding } from './finding';
import type { AcceptedRelation, Column, Profile, RowCheck, Table } from './model';

/** What tables.json says about a column; what metadata.csv says is not repeated here. */
export type TablesColumn = Partial<
  Pick<
    Column,
    | 'description'
    | 'required'
    | 'optional'
    | 'domain'
    | 'enumeration'
    | 'derived'
    | 'filledFor'
    | 'freeText'
    | 'mayBeMasked'
  >
> & {
  /** `Table.Column`. */
  readonly references?: string;
};

export interface TablesTable extends Pick<
  Table,
  'source' | 'batchKind' | 'required' | 'key' | 'aboutPersons' | 'protection' | 'description' | 'descriptionSource'
> {
  readonly whenGone?: Table['whenGone'];
  readonly rowChecks?: readonly RowCheck[];
  readonly columns: Readonly<Record<string, TablesColumn>>;
}

export interface TablesFile {
  readonly commonColumns: Readonly<Record<string, TablesColumn>>;
  readonly tables: Readonly<Record<string, TablesTable>>;
  readonly acceptedRelations: readonly (AcceptedRelation & { readonly profiles?: readonly Profile[] })[];
}

export interface ParsedTables {
  /** Absent when the file does not satisfy its schema. */
  readonly content?: TablesFile;
  readonly findings: readonly Finding[];
}

/**
 * Reads tables.json against its JSON schema. Unknown keys are refused.
 * @param file name for messages
 */
export function parseTables(text: string, schemaText: string, file: string): ParsedTables {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    return {
      findings: [{ place: file, problem: 'The file is not JSON.', mend: 'Check its commas, quotes and brackets.' }],
    };
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) {
    const place = `${file}#${twice}`;
    return { findings: [{ place, problem: 'The key is there twice, and only the last counts.', mend: 'Leave one.' }] };
  }
  const validate = new Ajv({ ...projectSchemas, allErrors: true }).compile<TablesFile>(
    JSON.parse(schemaText) as object,
  );
  if (validate(content)) return { content, findings: [] };

  const findings = (validate.errors ?? [])
    // A failed choice reports each of its branches; the choice itself says enough.
    .filter((error) => !error.schemaPath.includes('/oneOf/'))
    .map((error): Finding => {
      const params = error.params as { additionalProperty?: string; allowedValues?: readonly string[] };
      const problem =
        params.additionalProperty === undefined
          ? `The value ${error.message ?? 'is wrong'}.`
          : `Unknown key "${params.additionalProperty}".`;
      const mend =
        params.allowedValues === undefined
          ? 'See tables.schema.json for what is allowed here.'
          : `Use one of ${params.allowedValues.join(', ')}.`;
      return {
        place: `${pointer(file)}${error.instancePath}`,
        problem,
        mend,
      };
    });
  return { findings };
}
