import { readFileSync } from 'node:fs';
import { InsightsError } from '../contract/errors';
import { saltName } from '../contract/salt';
import type { SecretKeeper } from '../contract/secret-keeper';
import { parseWorkspaceName } from '../contract/versions';
import { VaultSecrets } from '../operations/vault-secrets';
import { FileSecrets } from '../privacy/file-secrets';
import { lakeWorkspaces } from '../contract/lake-workspaces';
import { ownFolder } from '../contract/project-folders';
import { deployedEnvironment } from './environment-lake';
import type { Surroundings } from './run-command';

/** How a command is told where the salt of a workspace lies. */
export interface SecretFlags {
  readonly env?: string;
  readonly saltFile?: string;
  readonly workspace?: string;
  readonly profile?: string;
}

/** Where the secrets of a workspace lie, and what its salt is called there. */
export interface NamedSecrets {
  readonly keeper: SecretKeeper;
  readonly workspace: string;
  readonly saltName: string;
}

/**
 * The vault of an environment, or the files beside the salt file: by default those below `.insights/`, for any workspace but
 * prod. Nothing is made and nothing is read yet.
 * @throws InsightsError USAGE, SALT_MISSING for prod without a file, and those of `deployedEnvironment`
 */
export function namedSecrets(flags: SecretFlags, surroundings: Surroundings): NamedSecrets {
  const { env, saltFile } = flags;
  if (env !== undefined && saltFile !== undefined) {
    throw new InsightsError('USAGE', 'The salt is in the vault of --env or in --salt-file, not in both.');
  }
  if (env !== undefined) {
    const { environment, keyVault, azure } = deployedEnvironment(env, surroundings);
    const workspace = parseWorkspaceName(flags.workspace ?? lakeWorkspaces(environment).scheduled);
    const name = saltName(workspace, flags.profile ?? environment.lake.profile);
    return { keeper: new VaultSecrets(azure.secrets(keyVault)), workspace, saltName: name };
  }
  const workspace = parseWorkspaceName(flags.workspace ?? 'dev');
  const name = saltName(workspace, flags.profile ?? 'strict');
  if (saltFile === undefined && workspace === 'prod') {
    throw new InsightsError('SALT_MISSING', 'Workspace prod needs --salt-file or --env.');
  }
  const file = saltFile ?? ownFolder(surroundings.projectRoot, name);
  return { keeper: new FileSecrets(file, name), workspace, saltName: name };
}

/**
 * The passphrase of a backup: the text of a file without its last line end, else INSIGHTS_PASSPHRASE. Never an argument of
 * the command, which other users of the machine could read.
 * @throws InsightsError PASSPHRASE_MISSING
 */
export function readPassphrase(file: string | undefined, surroundings: Surroundings): string {
  if (file === undefined) {
    if (surroundings.passphrase) return surroundings.passphrase;
    throw new InsightsError('PASSPHRASE_MISSING', 'No passphrase was given.');
  }
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new InsightsError('PASSPHRASE_MISSING', 'The file with the passphrase cannot be read.', {
      place: { file },
      cause,
    });
  }
}
