import { InsightsError } from '../contract/errors';

/** What the pipelines accept too: folders of plain names, none of them hidden. */
const plainPath = /^[\w~-][\w.~-]*(\/[\w~-][\w.~-]*)*$/;

/**
 * The directory below `oea/pre_landing/data_shares` that an environment lands from: the one given, else that of the
 * tenant, as the share itself is named.
 * @throws InsightsError USAGE
 */
export function shareDirectory(
  given: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): string {
  const tenant = [variables['ARM_TENANT_ID'], variables['AZURE_TENANT_ID']].find((id) => id !== undefined && id !== '');
  if (given === undefined && tenant === undefined) {
    throw new InsightsError('USAGE', 'The tenant is not known.', {
      nextStep: 'Set ARM_TENANT_ID (or AZURE_TENANT_ID), or give --share-directory.',
    });
  }
  const directory = given ?? `insights-${tenant}`;
  if (plainPath.test(directory)) return directory;
  throw new InsightsError(
    'USAGE',
    `"${directory}" is not a directory of a share, such as insights- and the tenant id.`,
  );
}
