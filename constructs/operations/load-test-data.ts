import type { Construct } from 'constructs';
import { Operation, type OperationProps } from './operation';

/**
 * Uploads a committed test set to pre-landing; destroying this removes what it uploaded, and nothing else.
 *
 * @example
 * new LoadTestData(this, 'LoadTestData', { input: { blobEndpoint, set: 'k12', contentHash } });
 */
export class LoadTestData extends Operation<'load-test-data'> {
  constructor(scope: Construct, id: string, props: OperationProps<'load-test-data'>) {
    super(scope, id, {
      ...props,
      name: 'load-test-data',
      runsAgainFor: ['blobEndpoint', 'set', 'contentHash'],
      undone: true,
    });
  }
}
