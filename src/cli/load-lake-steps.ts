import type { LakeSteps } from './lake-steps';

/** The embedded engine and the verification, imported on first use: they bring DuckDB with them. */
export function loadLakeSteps(): LakeSteps {
  throw new Error('The engine is not connected to the command yet.');
}
