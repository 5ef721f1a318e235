import { InsightsError } from './errors';

/** Name of every Azure resource of an environment, as upstream writes them (upstream contract, "Names and inputs"). */
export interface ResourceNames {
  readonly resourceGroup: string;
  readonly storageAccount: string;
  readonly synapseWorkspace: string;
  readonly keyVault: string;
  readonly applicationInsights: string;
  readonly logAnalyticsWorkspace: string;
  readonly dataShareAccount: string;
}

/** What Azure accepts as the name of one kind of resource. */
export interface NameLimit {
  readonly minimumLength: number;
  readonly maximumLength: number;
  readonly pattern: RegExp;
  /** The pattern in words, for messages. */
  readonly rule: string;
}

/** Azure's limits per kind of resource, containers included; lengths in characters. */
export const nameLimits: Readonly<Record<keyof ResourceNames | 'container', NameLimit>> = {
  resourceGroup: {
    minimumLength: 1,
    maximumLength: 90,
    pattern: /^[\w().-]*[\w()-]$/,
    rule: 'letters, digits, _ - . ( ), not ending in a dot',
  },
  storageAccount: {
    minimumLength: 3,
    maximumLength: 24,
    pattern: /^[a-z0-9]*$/,
    rule: 'lower-case letters and digits',
  },
  synapseWorkspace: {
    minimumLength: 1,
    maximumLength: 50,
    pattern: /^(?!.*-ondemand)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    rule: 'lower-case letters, digits and inner hyphens, without "-ondemand"',
  },
  keyVault: {
    minimumLength: 3,
    maximumLength: 24,
    pattern: /^(?!.*--)[A-Za-z][A-Za-z0-9-]*[A-Za-z0-9]$/,
    rule: 'letters, digits and single inner hyphens, starting with a letter',
  },
  applicationInsights: {
    minimumLength: 1,
    maximumLength: 255,
    pattern: /^[\w().-]*[\w()-]$/,
    rule: 'letters, digits, _ - . ( ), not ending in a dot',
  },
  logAnalyticsWorkspace: {
    minimumLength: 4,
    maximumLength: 63,
    pattern: /^[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9]$/,
    rule: 'letters, digits and inner hyphens',
  },
  dataShareAccount: {
    minimumLength: 3,
    maximumLength: 90,
    pattern: /^[A-Za-z0-9_-]*$/,
    rule: 'letters, digits, _ and -',
  },
  container: {
    minimumLength: 3,
    maximumLength: 63,
    pattern: /^(?!.*--)[a-z0-9][a-z0-9-]*[a-z0-9]$/,
    rule: 'lower-case letters, digits and single inner hyphens',
  },
};

const suffixPattern = /^[A-Za-z0-9]{1,12}$/;

/**
 * Every resource name of an environment from its suffix; pure.
 * @param suffix 1 to 12 letters and digits; lower-cased here, so that no two environments differ in case only.
 * @throws InsightsError RESOURCE_NAME_INVALID for another suffix, or one that makes a name Azure refuses (`ondemand`).
 */
export function resourceNames(suffix: string): ResourceNames {
  if (!suffixPattern.test(suffix)) {
    throw new InsightsError('RESOURCE_NAME_INVALID', `${JSON.stringify(suffix)} is not a suffix.`);
  }
  const lowerCase = suffix.toLowerCase();
  const names: ResourceNames = {
    resourceGroup: `rg-oea-${lowerCase}`,
    storageAccount: `stoea${lowerCase}`,
    synapseWorkspace: `syn-oea-${lowerCase}`,
    keyVault: `kv-oea-${lowerCase}`,
    applicationInsights: `appi-oea-${lowerCase}`,
    logAnalyticsWorkspace: `log-oea-${lowerCase}`,
    dataShareAccount: `share-oea-${lowerCase}`,
  };
  for (const kind of Object.keys(names) as (keyof ResourceNames)[]) {
    const reason = refuseName(kind, names[kind]);
    if (reason !== undefined) {
      throw new InsightsError(
        'RESOURCE_NAME_INVALID',
        `Suffix "${suffix}" makes a ${kind} name that Azure refuses: ${reason}`,
      );
    }
  }
  return Object.freeze(names);
}

/** Why Azure would refuse `name` for this kind of resource, as a sentence; undefined when it would not. */
export function refuseName(kind: keyof typeof nameLimits, name: string): string | undefined {
  const { minimumLength, maximumLength, pattern, rule } = nameLimits[kind];
  if (name.length >= minimumLength && name.length <= maximumLength && pattern.test(name)) return undefined;
  return `"${name}" is not ${minimumLength} to ${maximumLength} characters of ${rule}.`;
}
