import type { ErrorEntry } from './error-entry';

/** Command line, set-up, environments, names and synthesis. */
export const commandErrors = {
  // Command line
  USAGE: {
    meaning: 'The command was called in a way it does not know.',
    nextStep: 'See `insights --help`.',
    exit: 'usage',
  },
  UNKNOWN_ERROR_CODE: {
    meaning: '`insights explain` was asked for a code that does not exist.',
    nextStep: 'List all codes with `insights explain`.',
    exit: 'usage',
  },
  OUTPUT_NOT_WRITTEN: {
    meaning: 'A file that the command leaves something in, such as its result, could not be written.',
    nextStep: 'Name a file in an existing folder that you may write to.',
    exit: 'usage',
  },
  FILE_SYSTEM_REFUSED: {
    meaning: 'The file system refused something that the command needs: a folder, a file, space or a right.',
    nextStep:
      'Look at the path named above: does it exist, is it yours, is there space? Then run the same command again.',
    exit: 'outside',
  },
  INTERNAL: {
    meaning: 'Something happened that this program did not expect: a defect of ours, or of the machine under it.',
    nextStep: 'Run it again with INSIGHTS_DEBUG=1, which adds the call stack, and report that.',
    exit: 'outside',
  },
  // Set-up (bin/set-up.cjs, which has its own copies of the codes because it runs before anything is installed)
  SETUP_NODE_VERSION: {
    meaning: 'The Node that runs this is older than package.json allows.',
    nextStep: 'Install a current Node from https://nodejs.org and start again.',
    exit: 'usage',
  },
  SETUP_NPM_MISSING: {
    meaning: 'Packages have to be installed, and npm is not there to do it.',
    nextStep: 'Install Node with npm, or put npm on the PATH.',
    exit: 'usage',
  },
  SETUP_NETWORK: {
    meaning: 'Packages have to be installed, and the registry could not be reached or is not trusted.',
    nextStep: 'Check the network, proxy, certificate and registry in `npm config list`, and start again.',
    exit: 'outside',
  },
  SETUP_INSTALL_FAILED: {
    meaning: 'npm could not install the packages of the lock file.',
    nextStep: 'Run `npm ci` in the project folder to see all that npm says.',
    exit: 'outside',
  },
  SETUP_LOCKED: {
    meaning: 'Another process has been installing packages in this folder for too long.',
    nextStep: 'End that process, or remove the lock folder under .insights/, and start again.',
    exit: 'outside',
  },
  START_DATA_MISSING: {
    meaning: 'The data set that `insights process` takes without a drop is not in this copy of the project.',
    nextStep: 'Make it again with `npx insights test-data generate --set k12 --out test_data/k12`.',
    exit: 'usage',
  },

  // Environments, names and synthesis
  ENVIRONMENT_UNREADABLE: {
    meaning: 'An environment file is missing or is not JSON.',
    nextStep: 'Correct the file named above; environments/environment.schema.json describes it.',
    exit: 'usage',
  },
  ENVIRONMENT_INVALID: {
    meaning: 'An environment file, or the set of them, says something that cannot be deployed or run.',
    nextStep: 'Correct every finding listed above; environments/environment.schema.json describes each setting.',
    exit: 'usage',
  },
  RESOURCE_NAME_INVALID: {
    meaning: 'A suffix leads to a resource name that Azure refuses.',
    nextStep: 'Choose another suffix: 1 to 12 letters and digits.',
    exit: 'usage',
  },
  DATA_VERSION_INVALID: {
    meaning: 'A data version is not two or three numbers with dots between them.',
    nextStep: "Write it like 1.14 (or upstream's 1.4.0), without a leading v.",
    exit: 'usage',
  },
  WORKSPACE_NAME_INVALID: {
    meaning: 'A workspace of the lake has a name that cannot be a folder of its own.',
    nextStep: 'Use prod, dev, or 1 to 30 letters, digits, - and _ for a sandbox.',
    exit: 'usage',
  },
  CONSTRUCT_INVALID: {
    meaning: 'A construct was given a value that Azure or our own rules refuse.',
    nextStep: 'Correct the value where the construct named above is created.',
    exit: 'usage',
  },
  POLICY_VIOLATED: {
    meaning: 'A stack breaks rules of the policy that its environment does not except.',
    nextStep:
      'Mend what each finding names; where that has to wait, add it to exceptions of the environment (rule, at, reason, owner, expires).',
    exit: 'usage',
  },
  SYNTH_PACKAGES_MISSING: {
    meaning: 'The packages that turn constructs into Terraform JSON are not installed.',
    nextStep: 'Run `npm ci` in the project folder (an installation may have been interrupted).',
    exit: 'usage',
  },
  COMMAND_INTERRUPTED: {
    meaning: 'Ctrl-C was pressed while a command had another program at work, and it did nothing more after that.',
    nextStep: 'Run the same command again: it goes on from what is there.',
    exit: 'outside',
  },
} as const satisfies Record<string, ErrorEntry>;
