import type { ErrorEntry } from './error-entry';

/** `insights deploy` and `insights destroy`. */
export const deploymentErrors = {
  SYNTHESIS_FAILED: {
    meaning: 'The environment could not be turned into Terraform JSON.',
    nextStep: 'Mend what the synthesis names above; `insights doctor` explains what is missing.',
    exit: 'usage',
  },
  TERRAFORM_MISSING: {
    meaning: 'There is no Terraform or OpenTofu that can read the synthesised JSON.',
    nextStep: 'Install Terraform or OpenTofu; `insights doctor` says which versions do.',
    exit: 'usage',
  },
  TERRAFORM_FAILED: {
    meaning: 'Terraform could not finish a step.',
    nextStep: 'Mend what Terraform names above and run the same command again: it goes on from there.',
    exit: 'outside',
  },
  DEPLOYMENT_RUNNING: {
    meaning:
      'A deployment, destruction or drill of this environment is under way in this project: the plan that one asks about would be overwritten by the other.',
    nextStep:
      'Wait for it or end it. If its process is surely gone from another machine, remove the lock file named above.',
    exit: 'usage',
  },
  DEPLOYMENT_NOT_SETTLED: {
    meaning: 'A deployment ended, but what is there is not what was asked for.',
    nextStep: 'Run the same command again; if it stays, look at the resource in the portal.',
    exit: 'outside',
  },
  DEPLOYMENT_NOT_CONFIRMED: {
    meaning: 'Nobody confirmed the plan, so it was not applied.',
    nextStep: 'Run it on a terminal and answer, or give --yes, and for data that would go --confirm <environment>.',
    exit: 'usage',
  },
  DEPLOYMENT_PLAN_NOT_APPROVED: {
    meaning: 'The plans that were to be applied are not those that somebody approved.',
    nextStep: 'Make plans with `insights deploy --plan-to FOLDER`, have their hash approved, and apply that folder.',
    exit: 'usage',
  },
  DEPLOYMENT_PLAN_STALE: {
    meaning: 'A plan was approved for another revision than the one that would apply it.',
    nextStep: 'Check out the revision of the plan, or plan and approve again.',
    exit: 'usage',
  },
  DEPLOYMENT_PRODUCTION_GUARDED: {
    meaning: 'Something of production would be destroyed, and only one of the two keys for that was given.',
    nextStep: 'Give both: --production, and --confirm with the name of the environment.',
    exit: 'usage',
  },
  INVENTORY_UNREADABLE: {
    meaning: 'What a destruction would take away could not be listed, so nobody could know what they consent to.',
    nextStep:
      'Get a way in and reading roles for what is named above, or give --without-inventory to destroy what is not listed.',
    exit: 'outside',
  },
  DEPLOYMENT_DATA_GUARDED: {
    meaning: 'What holds data would be destroyed, and the environment does not allow that.',
    nextStep:
      'Destroy the disposable stack alone, without --platform; or set teardown.deleteData, which production cannot.',
    exit: 'usage',
  },
  DEPLOYMENT_RUNS_GOING: {
    meaning: 'Pipelines still run, and what they write would be left half done.',
    nextStep:
      'Wait for them, or give --cancel-runs; the next run of the pipeline completes what a cancelled one began.',
    exit: 'outside',
  },
  ARTIFACT_FOREIGN: {
    meaning: 'The workspace has an artifact of a name that the deployment needs, made by somebody else.',
    nextStep: 'Rename or delete it in Synapse Studio; what is not ours is never taken over.',
    exit: 'usage',
  },
} as const satisfies Record<string, ErrorEntry>;
