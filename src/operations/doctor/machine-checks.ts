import { isRecent, oldestTool, providerVersions } from '../../contract/tool-versions';
import { notAsked, ok, problem, remark, type Check } from './check';
import type { DoctorEffects } from './effects';

/** Packages that synthesis needs and the local lake does not. */
const synthesisPackages = ['cdktf', '@cdktf/provider-azurerm', 'constructs'] as const;

/** What has to be on this machine, whatever the environment. */
export async function checkMachine(effects: DoctorEffects, oldestNode: string): Promise<readonly Check[]> {
  const tool = findTool(effects);
  return [
    checkNode(effects, oldestNode),
    checkPackages(effects),
    tool.check,
    await checkProviders(effects, tool.name !== undefined),
    checkVariables(effects),
  ];
}

function checkNode({ nodeVersion }: DoctorEffects, oldest: string): Check {
  const version = nodeVersion.replace(/^v/, '');
  if (isRecent(version, oldest)) return ok('node', `Node ${version}.`);
  return problem(
    'node',
    `Node ${version} is older than ${oldest}.`,
    'Install a current Node from https://nodejs.org and start again.',
  );
}

function checkPackages({ hasPackage }: DoctorEffects): Check {
  const missing = synthesisPackages.filter((name) => !hasPackage(name));
  if (missing.length === 0) return ok('packages', 'The packages of synthesis are installed.');
  return problem(
    'packages',
    `Not installed: ${missing.join(', ')}. The local lake works without, synthesis does not.`,
    'npm ci',
  );
}

type ToolName = keyof typeof oldestTool;

/** Terraform first, because the tests run with it; OpenTofu reads the same JSON. */
function findTool(effects: DoctorEffects): { readonly name?: ToolName; readonly check: Check } {
  const found = (Object.keys(oldestTool) as ToolName[]).flatMap((name) => {
    const version = toolVersion(effects, name);
    return version === undefined ? [] : [{ name, version }];
  });
  const recent = found.find(({ name, version }) => isRecent(version, oldestTool[name]));
  const wanted = `Terraform ${oldestTool.terraform} or OpenTofu ${oldestTool.tofu}`;
  if (recent !== undefined) return { name: recent.name, check: ok('terraform', `${recent.name} ${recent.version}.`) };
  const [old] = found;
  if (old !== undefined) {
    const message = `${old.name} ${old.version} is older than ${oldestTool[old.name]}.`;
    return { name: old.name, check: problem('terraform', message, `Install ${wanted} or newer.`) };
  }
  const message =
    'Neither terraform nor tofu is on the PATH. Synthesis and the local lake work without, deploy does not.';
  return { check: problem('terraform', message, `Install ${wanted} or newer.`) };
}

function toolVersion({ run }: DoctorEffects, name: ToolName): string | undefined {
  const answer = run(name, 'version', '-json');
  if (answer?.status !== 0) return undefined;
  try {
    const { terraform_version: version } = JSON.parse(answer.stdout) as { readonly terraform_version?: unknown };
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

const registry = 'https://registry.terraform.io/.well-known/terraform.json';

/** Where Terraform's own configuration is; it may name a mirror or a plugin folder. */
function configurationFile({ variables }: DoctorEffects): string | undefined {
  const home = variables['HOME'] ?? variables['USERPROFILE'];
  return variables['TF_CLI_CONFIG_FILE'] ?? (home === undefined ? undefined : `${home}/.terraformrc`);
}

async function checkProviders(effects: DoctorEffects, hasTool: boolean): Promise<Check> {
  const file = configurationFile(effects);
  const configuration = file === undefined ? undefined : effects.readText(file);
  const wanted = Object.entries(providerVersions).map(([source, version]) => `${source} ${version}`);
  const folders = [...(configuration ?? '').matchAll(/filesystem_mirror\s*\{[^}]*?path\s*=\s*"([^"]+)"/g)];
  if (folders.length > 0) {
    const missing = Object.entries(providerVersions).filter(
      ([source, version]) => !folders.some(([, folder]) => isMirrored(effects, folder as string, source, version)),
    );
    if (missing.length === 0) return ok('providers', `A mirror has ${wanted.join(' and ')}.`);
    return problem(
      'providers',
      `The mirror of Terraform's configuration lacks ${missing.map((pair) => pair.join(' ')).join(' and ')}.`,
      'terraform providers mirror <folder>, in a stack of cdktf.out, where the registry can be reached; then copy the folder.',
    );
  }
  if (/network_mirror\s*\{/.test(configuration ?? '')) {
    return notAsked(
      'providers',
      `A network mirror is configured; it must have ${wanted.join(' and ')}.`,
      'terraform init',
    );
  }
  if (await effects.reach(registry)) return ok('providers', `The registry answers; it has ${wanted.join(' and ')}.`);
  const steps = [
    'Let this machine reach https://registry.terraform.io and https://releases.hashicorp.com, or name a filesystem_mirror in ~/.terraformrc.',
  ];
  const message = `The registry of providers does not answer, and no mirror is configured; needed: ${wanted.join(' and ')}.`;
  return hasTool ? problem('providers', message, ...steps) : remark('providers', message, ...steps);
}

/** Either layout of a mirror: unpacked, or the archive as it is downloaded. */
function isMirrored({ exists, platform }: DoctorEffects, folder: string, source: string, version: string): boolean {
  const [, name = ''] = source.split('/');
  const base = `${folder}/registry.terraform.io/${source.toLowerCase()}`;
  return (
    exists(`${base}/${version}/${platform}`) || exists(`${base}/terraform-provider-${name}_${version}_${platform}.zip`)
  );
}

/** Names only: what is in a variable is nobody's business here. */
function checkVariables({ variables, run }: DoctorEffects): Check {
  const isSet = (name: string): boolean => (variables[name] ?? '') !== '';
  const missing = ['ARM_SUBSCRIPTION_ID', 'ARM_TENANT_ID'].filter((name) => !isSet(name));
  const identities: Readonly<Record<string, readonly string[]>> = {
    'a client secret': ['ARM_CLIENT_ID', 'ARM_CLIENT_SECRET'],
    'OIDC of a CI system': ['ARM_CLIENT_ID', 'ARM_USE_OIDC'],
    'a managed identity': ['ARM_USE_MSI'],
  };
  const given = Object.entries(identities).find(([, names]) => names.every(isSet))?.[0];
  const identity = given ?? (run('az', 'account', 'show')?.status === 0 ? 'az login' : undefined);
  if (missing.length === 0 && identity !== undefined) {
    return ok('variables', `ARM_SUBSCRIPTION_ID and ARM_TENANT_ID are set; signing in with ${identity}.`);
  }
  const wanted = [
    ...(missing.length === 0 ? [] : [`${missing.join(' and ')} not set`]),
    ...(identity === undefined ? ['no way to sign in'] : []),
  ].join('; ');
  return problem(
    'variables',
    `For Azure: ${wanted}. Synthesis and the local lake need none of it.`,
    ...missing.map((name) => `export ${name}=<id>`),
    ...(identity === undefined
      ? ['az login, or set ARM_CLIENT_ID with ARM_CLIENT_SECRET, ARM_CLIENT_ID with ARM_USE_OIDC, or ARM_USE_MSI.']
      : []),
  );
}
