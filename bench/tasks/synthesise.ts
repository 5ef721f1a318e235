import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { App } from '../../constructs/core/cdktf';
import { PlatformStack } from '../../constructs/insights/platform-stack';
import { loadEnvironments } from '../../src/contract/environment';
import type { Counts, Timed } from '../tasks';

export interface SynthesiseInput {
  readonly environments: string;
  readonly outdir: string;
}

/** Builds and synthesises all environments as main.ts does; the packages are loaded before the clock starts. */
export async function synthesise({ environments, outdir }: SynthesiseInput, timed: Timed): Promise<Counts> {
  mkdirSync(outdir, { recursive: true });
  await timed(async () => {
    const app = new App({ outdir });
    for (const environment of loadEnvironments(environments)) {
      new PlatformStack(app, `${environment.name}-platform`, { environment });
    }
    app.synth();
  });
  const stacks = path.join(outdir, 'stacks');
  return { stacks: existsSync(stacks) ? readdirSync(stacks).length : 0 };
}
