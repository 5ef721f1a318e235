import { join } from 'node:path';
import { loadEnvironments } from './src/contract/environment';
import { withExpiry } from './src/contract/environment-expiry';
import { exitCodes, formatError, InsightsError } from './src/contract/errors';

/**
 * Composition root: reads the environments, builds their stacks, has the policy judge them, and writes Terraform JSON to
 * cdktf.out (or CDKTF_OUTDIR). All environments, or one: `ENVIRONMENT=dev node --import tsx main.ts`, or `environment` in the
 * context of cdktf.json. ENVIRONMENTS names another folder of environment files, such as a rehearsal's; EXPIRES is a last day,
 * as a tag. POLICY_REPORT names a file that takes all findings of the policy; the exit code stays that of its refusal.
 */
function main(): void {
  const { App, Aspects, InsightsStack, PlatformStack, PolicyAspect, PolicyReport } = loadConstructs();
  // The library takes a stack trace per token; without source maps that costs a third of the time less.
  process.setSourceMapsEnabled(false);
  const app = new App({ stackTraces: false });
  const wanted = process.env['ENVIRONMENT'] ?? (app.node.tryGetContext('environment') as string | undefined);
  const today = new Date().toISOString().slice(0, 10);
  const folder = process.env['ENVIRONMENTS'] ?? join(__dirname, 'environments');
  const reportFile = process.env['POLICY_REPORT'];
  const report = reportFile === undefined ? undefined : new PolicyReport(reportFile);
  for (const loaded of loadEnvironments(folder, wanted)) {
    const environment = withExpiry(loaded, process.env['EXPIRES']);
    const policy = new PolicyAspect({ environment, today, report });
    Aspects.of(new PlatformStack(app, `${environment.name}-platform`, { environment })).add(policy);
    Aspects.of(new InsightsStack(app, `${environment.name}-insights`, { environment })).add(policy);
  }
  app.synth();
  if (report?.write() === true) process.exitCode = exitCodes.usage;
}

/** Loaded late, so that a project with only its runtime packages says what is missing instead of printing a stack trace. */
function loadConstructs() {
  try {
    const { App, Aspects } = require('./constructs/core/cdktf') as typeof import('./constructs/core/cdktf');
    const { InsightsStack } =
      require('./constructs/insights/insights-stack') as typeof import('./constructs/insights/insights-stack');
    const { PlatformStack } =
      require('./constructs/insights/platform-stack') as typeof import('./constructs/insights/platform-stack');
    const { PolicyAspect } =
      require('./constructs/policy/policy-aspect') as typeof import('./constructs/policy/policy-aspect');
    const { PolicyReport } =
      require('./constructs/policy/policy-report') as typeof import('./constructs/policy/policy-report');
    return { App, Aspects, InsightsStack, PlatformStack, PolicyAspect, PolicyReport };
  } catch (cause) {
    const missing = /^Cannot find module '([^'./][^']*)'/.exec((cause as Error).message)?.[1];
    if (missing === undefined) throw cause;
    throw new InsightsError('SYNTH_PACKAGES_MISSING', `"${missing}" is not installed.`, { cause });
  }
}

try {
  main();
} catch (error) {
  if (!(error instanceof InsightsError)) throw error;
  process.stderr.write(`${formatError(error)}\n`);
  process.exitCode = error.exitCode;
} finally {
  process.setSourceMapsEnabled(true);
}
