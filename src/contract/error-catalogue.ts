import { artifactErrors } from './artifact-errors';
import { commandErrors } from './command-errors';
import { deploymentErrors } from './deployment-errors';
import { drillErrors } from './drill-errors';
import { engineErrors } from './engine-errors';
import type { ErrorEntry } from './error-entry';
import { lakeErrors } from './lake-errors';
import { localAzureErrors } from './local-azure-errors';
import { localSparkErrors } from './local-spark-errors';
import { notebookErrors } from './notebook-errors';
import { operationErrors } from './operation-errors';
import { pipelineErrors } from './pipeline-errors';
import { privacyErrors } from './privacy-errors';
import { provisioningErrors } from './provisioning-errors';
import { rehearsalErrors } from './rehearsal-errors';
import { reportErrors } from './report-errors';
import { reviewErrors } from './review-errors';

/** Every error that a user can meet, by its code. A code is a stable name: a message may change, a code may not. */
const entries = {
  ...commandErrors,
  ...lakeErrors,
  ...engineErrors,
  ...deploymentErrors,
  ...drillErrors,
  ...artifactErrors,
  ...operationErrors,
  ...notebookErrors,
  ...pipelineErrors,
  ...privacyErrors,
  ...provisioningErrors,
  ...rehearsalErrors,
  ...reviewErrors,
  ...localAzureErrors,
  ...localSparkErrors,
  ...reportErrors,
};

export type ErrorCode = keyof typeof entries;

export const errorCatalogue: Readonly<Record<ErrorCode, ErrorEntry>> = entries;
