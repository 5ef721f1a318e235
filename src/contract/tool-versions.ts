/** What a deployment runs with. The synthesised JSON asks for these providers in these versions (tested). */
export const providerVersions = {
  'Azure/azapi': '2.12.0',
  'hashicorp/azurerm': '4.55.0',
} as const;

/** Oldest release of each tool that reads the synthesised JSON, as `major.minor`. */
export const oldestTool = { terraform: '1.11', tofu: '1.9' } as const;

/** Whether `version` (`1.11.4`, `v20.20.0`) is not older than `oldest` (`major.minor`). */
export function isRecent(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = numbersOf(version);
  const [oldestMajor = 0, oldestMinor = 0] = numbersOf(oldest);
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor);
}

function numbersOf(version: string): readonly number[] {
  return version.replace(/^v/, '').split('.').map(Number);
}
