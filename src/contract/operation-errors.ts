import type { ErrorEntry } from './error-entry';

/** Data operations of a deployment, and what Azure answers to them. */
export const operationErrors = {
  OPERATION_INPUT_INVALID: {
    meaning: 'A data operation was started without the input that its contract asks for.',
    nextStep: 'Operations are started by Terraform. To run one by hand, give its input as src/operations/schemas says.',
    exit: 'usage',
  },
  OPERATION_INTERRUPTED: {
    meaning: 'A data operation was interrupted before its end.',
    nextStep: 'Run the same command again: it continues from what is there.',
    exit: 'outside',
  },
  AZURE_SIGN_IN: {
    meaning: 'No credential could sign in to Azure.',
    nextStep: 'Sign in with `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.',
    exit: 'outside',
  },
  AZURE_UNREACHABLE: {
    meaning: 'A host of Azure did not answer, also not when asked again.',
    nextStep: 'Check network, proxy and firewall, then run it again.',
    exit: 'outside',
  },
  AZURE_REFUSED: {
    meaning: 'Azure refused a request.',
    nextStep: 'Read the code that Azure gave above; with 401 or 403 check the roles and the allowed addresses.',
    exit: 'outside',
  },
  VAULT_MISSING: {
    meaning: 'The vault that is to hold the salt is not there.',
    nextStep: 'Deploy the platform stack first; it makes the vault.',
    exit: 'usage',
  },
  SALT_DELETED: {
    meaning: 'The salt was deleted and could not be brought back. A new one would change every pseudonym.',
    nextStep: 'Recover it with `az keyvault secret recover`, which needs the role Key Vault Secrets Officer.',
    exit: 'outside',
  },
  WORKSPACE_NOT_READY: {
    meaning: "The workspace's development endpoint did not become usable in time.",
    nextStep: 'Check that this address is allowed and that you have a Synapse role, then run it again.',
    exit: 'outside',
  },
  TEST_DATA_MISSING: {
    meaning: 'A committed test set is not in this copy of the project, or not whole.',
    nextStep: 'Restore test_data with git, or make it again as test_data/README.md says.',
    exit: 'usage',
  },
  TEST_DATA_CHANGED: {
    meaning: 'A file of a committed test set is not the one that its list of hashes names.',
    nextStep: 'Restore test_data with git, or make it again as test_data/README.md says.',
    exit: 'usage',
  },
  RUN_FAILED: {
    meaning: 'A run of a pipeline failed, or ended with tables that failed or are held.',
    nextStep:
      'Open the run at the link above; its report in oea/reports says what was done, and each message there has a code.',
    exit: 'checkFailed',
  },
  RUN_CANCELLED: {
    meaning: 'A pipeline run was cancelled by somebody else.',
    nextStep: 'Run it again: the lake continues from what is committed.',
    exit: 'checkFailed',
  },
  RUN_TIMED_OUT: {
    meaning: 'A pipeline run took longer than it may, and was cancelled.',
    nextStep: 'Open the run at the link above to see what it waited for, then run it again.',
    exit: 'outside',
  },

  // insights upload
  DROP_REFUSED: {
    meaning: 'A drop has errors: rows or files of it would not be taken in, so nothing of it was uploaded.',
    nextStep: 'Mend the export; `insights test-data check` says again what is wrong, table by table.',
    exit: 'checkFailed',
  },
  DROP_CHANGED: {
    meaning: 'A file of a drop changed while it was uploaded.',
    nextStep: 'Wait until the export is written, then run the same command again: it continues from what is there.',
    exit: 'usage',
  },
  UPLOAD_WOULD_REPLACE: {
    meaning: 'Pre-landing has a roster folder or activity file of that name, and this drop would change it.',
    nextStep:
      'Check that this is the right drop. With --replace it is delivered again, and the next run takes it in anew.',
    exit: 'usage',
  },
  UPLOAD_OVERTAKEN: {
    meaning: 'Somebody else changed a file of the same name in pre-landing during the upload.',
    nextStep: 'Find out who else delivers to this folder, then run the same command again.',
    exit: 'outside',
  },
} as const satisfies Record<string, ErrorEntry>;
