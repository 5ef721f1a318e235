import { defaultDataVersion, parseDataVersion, parseWorkspaceName, upstreamDataVersion } from './versions';

/** Every database of one workspace and data version (upstream contract, "Databases"). */
export interface DatabaseNames {
  /** Lake database over Ingested and Ingested_Corrected. */
  readonly lakeIngested: string;
  /** Lake database over Refined/general. */
  readonly lakeRefined: string;
  /** Lake database over the lookups: upstream has them in the one above (S8). */
  readonly lakeSensitive: string;
  /** Serverless SQL database with a view per general table. */
  readonly serverless: string;
  /** Serverless SQL database with a view per lookup, for privacy officers. */
  readonly serverlessSensitive: string;
}

/** Longest database name that serverless SQL and Spark's catalogue both take, in characters. */
export const databaseNameLimit = 128;

/**
 * The databases of a workspace: lower case, `-` as `_`, and the version's dots as `p` (1.14 is `v1p14`).
 * Sandboxes that differ only in case, or in `-` and `_`, share their databases: {@link sharesDatabases} tells.
 * @param workspace checked by `parseWorkspaceName`
 * @param version checked by `parseDataVersion`
 * @throws InsightsError WORKSPACE_NAME_INVALID, DATA_VERSION_INVALID
 */
export function databaseNames(workspace: string, version: string): DatabaseNames {
  const owner = databaseOwner(parseWorkspaceName(workspace));
  const edition = `m365_v${parseDataVersion(version).replaceAll('.', 'p')}`;
  return Object.freeze({
    lakeIngested: `ldb_${owner}_s2i_${edition}`,
    lakeRefined: `ldb_${owner}_s2r_${edition}`,
    lakeSensitive: `ldb_${owner}_s2r_${edition}_sensitive`,
    serverless: `sdb_${owner}_s2r_${edition}`,
    serverlessSensitive: `sdb_${owner}_s2r_${edition}_sensitive`,
  });
}

/**
 * The same databases under upstream's other spelling of the version (D18): reports that were made against `v1p4p0` find
 * 1.14 there, and the other way round. Opt-in, because serverless SQL takes 20 databases of a workspace only.
 * @returns undefined for a version that has one spelling
 * @throws InsightsError as {@link databaseNames}
 */
export function aliasDatabaseNames(workspace: string, version: string): DatabaseNames | undefined {
  const other: Readonly<Record<string, string>> = {
    [defaultDataVersion]: upstreamDataVersion,
    [upstreamDataVersion]: defaultDataVersion,
  };
  const alias = other[parseDataVersion(version)];
  return alias === undefined ? undefined : databaseNames(workspace, alias);
}

/** Whether two workspaces would write to the same databases although they are two places in the lake. */
export function sharesDatabases(one: string, other: string): boolean {
  return databaseOwner(one) === databaseOwner(other);
}

function databaseOwner(workspace: string): string {
  return workspace.toLowerCase().replaceAll('-', '_');
}
