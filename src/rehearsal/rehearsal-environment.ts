import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EntraGroup, TestDataSet } from '../contract/environment-settings';

export interface RehearsalEnvironment {
  /** Folder of the project's own environment files. */
  readonly from: string;
  /** Where the changed copy is written. */
  readonly to: string;
  readonly name: string;
  readonly testData: TestDataSet;
  /** Whether the platform stack may be destroyed. @default as in the committed file */
  readonly deleteData: boolean | undefined;
  /** Address that the rehearsal's clients come from. */
  readonly address: string;
  /** The group that the deploying identity is in: who loads test data and verifies it gets its rights through it. */
  readonly deployers: EntraGroup;
  /** `yyyy-MM-dd`; the address is allowed on that day only, which says what it is. */
  readonly today: string;
}

/**
 * The environment of a rehearsal: the committed one, with this machine and its deployer let in and the wanted test data. Everything else is
 * what a deployment to Azure would have.
 */
export function writeRehearsalEnvironment({
  from,
  to,
  name,
  testData,
  deleteData,
  address,
  deployers,
  today,
}: RehearsalEnvironment): void {
  const file = JSON.parse(readFileSync(join(from, `${name}.json`), 'utf8')) as Record<string, unknown>;
  const opening = { address, owner: 'rehearsal', reason: 'This machine, to the local Azure.', expires: today };
  const people = (file['people'] ?? {}) as Readonly<Record<string, unknown>>;
  const changed = {
    ...file,
    testData,
    network: { access: 'addresses', addresses: [opening] },
    people: { ...people, deployers: [deployers] },
    state: { backend: 'local' },
    ...(deleteData === undefined ? {} : { teardown: { deleteData } }),
  };
  mkdirSync(to, { recursive: true });
  copyFileSync(join(from, 'environment.schema.json'), join(to, 'environment.schema.json'));
  writeFileSync(join(to, `${name}.json`), `${JSON.stringify(changed, undefined, 2)}\n`);
}
