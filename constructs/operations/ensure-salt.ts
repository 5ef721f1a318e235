import type { Construct } from 'constructs';
import { Operation, type OperationProps } from './operation';

/**
 * Creates the salt where there is none, through ARM (ORDER2). Neither the plan nor the state ever has its value, and
 * destroying this leaves the salt: without it no pseudonym can be reproduced (PRIV4).
 *
 * @example
 * new EnsureSalt(this, 'EnsureSalt', { input: { vaultId: vault.vaultId, secretName: 'oeaSalt' }, after: approvals });
 */
export class EnsureSalt extends Operation<'ensure-salt'> {
  constructor(scope: Construct, id: string, props: OperationProps<'ensure-salt'>) {
    super(scope, id, {
      ...props,
      name: 'ensure-salt',
      runsAgainFor: ['vaultId', 'secretName'],
      undone: false,
    });
  }
}
