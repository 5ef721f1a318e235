import type { ErrorEntry } from './error-entry';

/** Applying synthesised stacks without Terraform, to the local Azure. */
export const provisioningErrors = {
  PROVISIONING_UNSUPPORTED: {
    meaning: 'A synthesised stack has something that only Terraform can apply.',
    nextStep:
      'Deploy it with Terraform (`insights deploy`), or provide for it in src/local-azure/provisioning and in src/local-azure/resource-manager.',
    exit: 'usage',
  },
  PROVISIONING_CYCLE: {
    meaning: 'Resources of a stack wait for each other.',
    nextStep: 'Take one of the references out.',
    exit: 'usage',
  },
  PROVISIONING_NOT_STORED: {
    meaning: 'A service said that it stored a resource, and gives back something else.',
    nextStep: 'Read what the service says of it, then run the same command again.',
    exit: 'outside',
  },
  PROVISIONING_COMMAND_FAILED: {
    meaning: 'A command of the plan failed, and told of no error of its own.',
    nextStep: 'Its own words are above; mend what they name and run the same command again.',
    exit: 'outside',
  },
  PROVISIONING_PROTECTED: {
    meaning: 'The stack holds data and is protected from being destroyed.',
    nextStep: 'Set `teardown.deleteData` in the environment file if its data may really go, and synthesise again.',
    exit: 'usage',
  },
} as const satisfies Record<string, ErrorEntry>;
