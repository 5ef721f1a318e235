import type { Catalogue } from '../model';
import { sparkCatalogue } from './spark-document';

/** What an environment sets for the notebooks; names and numbers only, no secret. */
export interface DeploymentSettings {
  /** Name of the account that holds the lake. */
  readonly storageAccount: string;
  /**
   * Where a container of the lake is, with `{container}` for its name.
   * @default abfss://{container}@<storageAccount>.dfs.core.windows.net
   */
  readonly lakeUrl?: string;
  /** Name of the vault with the salt; the notebooks reach it through the linked service LS_KeyVault. */
  readonly keyVault: string;
  /** IANA name (ROW16). */
  readonly timeZone: string;
  /** A file younger than this makes its folder wait (ROW3). */
  readonly settleMinutes: number;
  /** Tables without which a roster folder is not complete (ROW2). @default those that the catalogue marks */
  readonly requiredTables?: readonly string[];
  /** What decides when the catalogue and the drop's own schema both fit (ROW7). */
  readonly columnOrder: 'catalogue' | 'schema';
  /** Share of a table's keys, 0 to 1, that a snapshot may take away before it is held (ROW5). */
  readonly heldThreshold: number;
  /** Share of a batch's rows, 0 to 1, that may be rejected before its unit fails (ROW10). */
  readonly rejectThreshold: number;
  /** Files that no version of a table needs any more are kept for this long. */
  readonly vacuumRetentionHours: number;
  /** Batches up to this size are worked on by the driver alone; see docs/decisions. @default 8 MiB */
  readonly driverBatchBytes?: number;
}

/** Name of the generated notebook that carries what was deployed. */
export const catalogueNotebook = 'Insights_catalogue';

/**
 * The source of the generated notebook's one code cell: `INSIGHTS_DEPLOYMENT`, from which the other notebooks take the
 * catalogue and the settings of the environment. The JSON stands in a raw string without a quote or line end of its own,
 * so that no cell of it can be read as Python.
 */
export function renderDeploymentCell(catalogue: Catalogue, settings: DeploymentSettings): string {
  const lakeUrl = settings.lakeUrl ?? `abfss://{container}@${settings.storageAccount}.dfs.core.windows.net`;
  const deployment = {
    catalogue: sparkCatalogue(catalogue),
    metadataCsv: catalogue.metadataText,
    fingerprint: catalogue.fingerprint,
    settings: {
      driverBatchBytes: 8 * 1024 * 1024,
      ...settings,
      lakeUrl,
      profile: catalogue.profile,
      requiredTables:
        settings.requiredTables ??
        catalogue.tables.filter(({ required, source }) => required && source === 'roster').map(({ name }) => name),
    },
  };
  const json = JSON.stringify(deployment).replace(/[^\x20-\x7e]|'/g, (character) => unicodeEscape(character));
  return `import json\n\nINSIGHTS_DEPLOYMENT = json.loads(r'''${json}''')`;
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
