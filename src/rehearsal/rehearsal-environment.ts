import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DataShareSettings, EntraGroup, TestDataSet } from '../contract/environment-settings';
import type { OfferedShare } from '../local-azure/settings';

export interface RehearsalEnvironment {
  /** Folder of the project's own environment files. */
  readonly from: string;
  /** Where the changed copy is written. */
  readonly to: string;
  readonly name: string;
  readonly testData: TestDataSet;
  /** Members of the file that are others than the committed one's. */
  readonly changes: Readonly<Record<string, unknown>>;
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
  changes,
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
    ...changes,
  };
  mkdirSync(to, { recursive: true });
  copyFileSync(join(from, 'environment.schema.json'), join(to, 'environment.schema.json'));
  writeFileSync(join(to, `${name}.json`), `${JSON.stringify(changed, undefined, 2)}\n`);
}

/** Setting of an environment that accepts an offered share in its plan (OWN2). */
export function receiving({ invitationId, location, dataSets, schedule }: OfferedShare): DataShareSettings {
  return {
    mode: 'accept',
    invitationId,
    sourceLocation: location,
    dataSets: dataSets.map(({ name }) => name),
    schedule: schedule ?? { interval: 'Day', time: '2026-01-01T02:00:00Z' },
  };
}
