import type { Environment } from './environment';

/** Which workspaces of the lake a deployment writes to. */
export interface LakeWorkspaces {
  /** What the pipeline processes when it starts by itself: what is shared, or else the test data. */
  readonly scheduled: 'prod' | 'dev';
  /** What the test data is in; undefined where the environment has none. Never beside published data. */
  readonly tested?: 'dev';
  /** All of them, each once. */
  readonly all: readonly ('prod' | 'dev')[];
}

/** Test data is processed in `dev`, so that it never meets what a school published. */
export function lakeWorkspaces({ testData, dataShare }: Pick<Environment, 'testData' | 'dataShare'>): LakeWorkspaces {
  if (testData === 'none') return { scheduled: 'prod', all: ['prod'] };
  if (dataShare.mode === 'off') return { scheduled: 'dev', tested: 'dev', all: ['dev'] };
  return { scheduled: 'prod', tested: 'dev', all: ['prod', 'dev'] };
}
