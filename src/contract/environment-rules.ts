import { parseAddressRange } from './address-range';
import type { Answerable, DeploymentFile, EntraGroup } from './environment-settings';
import { upkeepProblems } from './environment-upkeep-rules';
import { refuseName, type nameLimits } from './resource-names';

type DeploymentPart = DeploymentFile & { readonly location: string; readonly dataVersion?: string };

/** What the schema cannot say of the deployment's settings, a sentence each: place, value received, how to mend it. */
export function deploymentProblems(file: DeploymentPart, production: boolean): readonly string[] {
  return [
    ...workspaceProblems(file),
    ...(production && file.testData !== undefined && file.testData !== 'none'
      ? [`/testData: "${file.testData}" is refused in production: invented pupils among real ones. Leave it out.`]
      : []),
    ...dataShareProblems(file),
    ...networkProblems(file),
    ...peopleProblems(file),
    ...(production && file.keyVault?.purgeProtection === false
      ? [
          '/keyVault/purgeProtection: false is refused in production, where the salt cannot be made again. Leave it out.',
        ]
      : []),
    ...upkeepProblems(file),
    ...(file.exceptions ?? []).flatMap((exception, index) => dateProblems(`/exceptions/${index}`, exception)),
    ...templateProblems('', file),
  ];
}

/** Texts of the file get into Terraform's JSON, where these two open an expression. */
function templateProblems(pointer: string, value: unknown): readonly string[] {
  if (typeof value === 'string' && /[$%]\{/.test(value)) {
    return [`${pointer}: ${JSON.stringify(value)} holds \${ or %{, which Terraform would evaluate. Leave it out.`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [
    ...(/[$%]\{/.test(key) ? templateProblems(pointer, key) : []),
    ...templateProblems(`${pointer}/${key}`, member),
  ]);
}

const existingNames = ['resourceGroup', 'synapseWorkspace', 'storageAccount', 'keyVault'] as const;
const ofOurAccount = ['storage', 'keyVault', 'retention'] as const;

function workspaceProblems(file: DeploymentPart & { readonly storage?: unknown }): readonly string[] {
  const { workspace } = file;
  if (workspace === undefined) return [];
  if (workspace.mode !== 'existing') return meaningless('/workspace', workspace, existingNames, 'mode create');
  return [
    ...missing('/workspace', workspace, existingNames, 'Mode existing'),
    ...existingNames.flatMap((kind: keyof typeof nameLimits & keyof typeof workspace) => {
      const name = workspace[kind];
      const reason = name === undefined ? undefined : refuseName(kind, name);
      return reason === undefined ? [] : [`/workspace/${kind}: ${reason}`];
    }),
    ...ofOurAccount
      .filter((key) => file[key] !== undefined)
      .map(
        (key) => `/${key}: has no meaning with workspace existing, whose account and vault are not ours. Leave it out.`,
      ),
    ...(file.network?.access === 'private'
      ? ['/network/access: "private" has no meaning with workspace existing, whose network is not ours. Leave it out.']
      : []),
  ];
}

const shareKeys = ['invitationId', 'sourceLocation', 'dataSets', 'schedule'] as const;

function dataShareProblems({ dataShare }: DeploymentPart): readonly string[] {
  if (dataShare === undefined) return [];
  const mode = dataShare.mode ?? 'off';
  if (mode === 'off') return meaningless('/dataShare', dataShare, shareKeys, 'mode off');
  const time = dataShare.schedule?.time;
  return [
    ...missing('/dataShare', dataShare, shareKeys, `Mode ${mode}`),
    ...(time === undefined || isDate(time.slice(0, 10))
      ? []
      : [`/dataShare/schedule/time: "${time}" is not a time of the calendar. Write one like 2026-01-01T04:00:00Z.`]),
  ];
}

function networkProblems({ network }: DeploymentPart): readonly string[] {
  if (network === undefined) return [];
  if (network.access === 'private') {
    return [
      ...missing('/network', network, ['private'], 'Access private'),
      ...meaningless('/network', network, ['addresses'], 'access private'),
    ];
  }
  const seen = new Set<string>();
  return [
    ...meaningless('/network', network, ['private'], 'access addresses'),
    ...(network.addresses ?? []).flatMap((allowed, index) => {
      const pointer = `/network/addresses/${index}`;
      const again = seen.has(allowed.address);
      seen.add(allowed.address);
      return [
        ...(parseAddressRange(allowed.address) === undefined
          ? [
              `${pointer}/address: "${allowed.address}" is not a public IPv4 address or network. Write one like 203.0.113.7 or 203.0.113.0/24 (/30 at most, starting where the network does).`,
            ]
          : []),
        ...(again ? [`${pointer}/address: "${allowed.address}" is listed twice. Leave one out.`] : []),
        ...dateProblems(pointer, allowed),
      ];
    }),
  ];
}

/** One group may have several roles, but once each, and one name: T-SQL knows it by that name (ACCESS3). */
function peopleProblems({ people }: DeploymentPart): readonly string[] {
  const names = new Map<string, string>();
  return Object.entries(people ?? {}).flatMap(([role, groups]: [string, readonly EntraGroup[]]) => {
    const ids = new Set<string>();
    return groups.flatMap(({ objectId, displayName }, index) => {
      const id = objectId.toLowerCase();
      const other = names.get(id);
      const again = ids.has(id);
      ids.add(id);
      names.set(id, other ?? displayName);
      return [
        ...(again ? [`/people/${role}/${index}/objectId: "${objectId}" is in this role twice. Leave one out.`] : []),
        ...(other !== undefined && other !== displayName
          ? [
              `/people/${role}/${index}/displayName: "${displayName}" is called "${other}" above. Give a group one name.`,
            ]
          : []),
      ];
    });
  });
}

function dateProblems(pointer: string, { expires }: Answerable): readonly string[] {
  if (isDate(expires)) return [];
  return [`${pointer}/expires: "${expires}" is not a day of the calendar. Write one like 2026-12-31.`];
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

function missing(pointer: string, given: object, keys: readonly string[], who: string): readonly string[] {
  return keys
    .filter((key) => !(key in given))
    .map((key) => `${pointer}/${key}: missing. ${who} needs ${keys.join(', ')}.`);
}

function meaningless(pointer: string, given: object, keys: readonly string[], where: string): readonly string[] {
  return keys
    .filter((key) => key in given)
    .map((key) => `${pointer}/${key}: has no meaning with ${where}. Leave it out.`);
}
