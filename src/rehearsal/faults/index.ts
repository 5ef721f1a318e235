import { clientScenarios } from './client-scenarios';
import { deploymentScenarios } from './deployment-scenarios';
import { runScenarios } from './run-scenarios';
import type { FaultScenario } from './scenario';
import { shareScenarios } from './share-scenarios';
import { storageScenarios } from './storage-scenarios';

/** The fault library, in the order of a deployment's life. */
export const faultScenarios: readonly FaultScenario[] = [
  ...deploymentScenarios,
  ...clientScenarios,
  ...storageScenarios,
  ...runScenarios,
  ...shareScenarios,
];
