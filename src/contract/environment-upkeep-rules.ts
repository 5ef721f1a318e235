import { aliasDatabaseNames } from './database-names';
import type { DeploymentFile } from './environment-settings';
import { resolvePools, type UpkeepFile } from './environment-upkeep-settings';
import { defaultDataVersion, upstreamDataVersion } from './versions';

type UpkeepPart = UpkeepFile & Pick<DeploymentFile, 'workspace' | 'dataShare'> & { readonly dataVersion?: string };

/** What the schema cannot say of what runs and who watches it, a sentence each: place, value received, how to mend it. */
export function upkeepProblems(file: UpkeepPart): readonly string[] {
  return [...poolProblems(file), ...scheduleProblems(file), ...aliasProblems(file)];
}

function poolProblems(file: UpkeepPart): readonly string[] {
  const pools = resolvePools(file.pools, file.workspace?.mode === 'existing');
  const sizes = (['small', 'medium'] as const).flatMap((size) => {
    const { minNodes, maxNodes } = pools[size];
    if (minNodes <= maxNodes) return [];
    return [`/pools/${size}/maxNodes: ${maxNodes} is below minNodes, ${minNodes}. Write ${minNodes} to 200.`];
  });
  if (pools.small.name.toLowerCase() !== pools.medium.name.toLowerCase()) return sizes;
  return [
    ...sizes,
    `/pools/medium/name: "${pools.medium.name}" is also the name of pool small. Give each pool its own.`,
  ];
}

function scheduleProblems({ schedule, dataShare }: UpkeepPart): readonly string[] {
  if (schedule === undefined) return [];
  const shared = (dataShare?.mode ?? 'off') !== 'off';
  const key = shared ? 'time' : 'offsetHours';
  if (schedule[key] === undefined) return [];
  return [
    shared
      ? '/schedule/time: has no meaning with a share, whose time plus schedule.offsetHours counts. Leave it out.'
      : '/schedule/offsetHours: has no meaning with dataShare off, where schedule.time counts. Leave it out.',
  ];
}

function aliasProblems({ sqlAliases, dataVersion = defaultDataVersion }: UpkeepPart): readonly string[] {
  if (sqlAliases !== true || hasAlias(dataVersion)) return [];
  return [
    `/sqlAliases: true has no meaning with data version ${dataVersion}: only ${defaultDataVersion} and ${upstreamDataVersion} are two spellings of one. Leave it out.`,
  ];
}

/** True too for a malformed version, which is a finding of its own. */
function hasAlias(dataVersion: string): boolean {
  try {
    return aliasDatabaseNames('prod', dataVersion) !== undefined;
  } catch {
    return true;
  }
}
