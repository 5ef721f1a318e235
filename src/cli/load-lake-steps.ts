import { writeFileSync } from 'node:fs';
import { defaultDataVersion } from '../contract/versions';
import { formatVerificationHtml } from '../verify/reports/html';
import { processLake, verifyLakeAt } from './lake-session';
import type { LakeSteps } from './lake-steps';

const local = { workspace: 'dev', version: defaultDataVersion };

/** The embedded engine and the verification, imported on first use: they bring DuckDB with them. */
export function loadLakeSteps(): LakeSteps {
  return {
    process: (options) =>
      processLake({ ...local, profile: 'strict', settleMinutes: 0, timeZone: 'UTC', rebuild: false, ...options }),
    async verify({ html, ...options }) {
      const { report } = await verifyLakeAt({ ...local, ...options });
      writeFileSync(html, formatVerificationHtml(report));
      return report;
    },
  };
}
