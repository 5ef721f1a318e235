import type { Environment } from '../../src/contract/environment';
import { People } from '../core/grantee';
import type { IDataLake } from '../storage/data-lake';

/**
 * Who may read what of the lake (design, "Access by privacy zone"): pseudonymised tables for those who analyse, lookups for
 * privacy officers, reports for those who run it. Ingested, corrected, rejected and delivered data is for nobody: uploaders
 * bring exports and read none of them. Outside production engineers have the workbenches. Administrators get no data;
 * deployers get what loading test data needs, where the environment has some, which production has not.
 */
export function grantPeople(
  lake: IDataLake,
  environment: Pick<Environment, 'people' | 'production' | 'testData'>,
): void {
  const { people, production } = environment;
  const engineers = new People(people.dataEngineers);
  const officers = new People(people.privacyOfficers);
  const readers = [people.analysts, people.dataScientists, people.externalDataScientists].map(
    (groups) => new People(groups),
  );

  for (const grantee of [...readers, officers]) lake.refinedGeneral.grantRead(grantee);
  lake.refinedSensitive.grantRead(officers);
  for (const grantee of [engineers, officers]) lake.reports.grantRead(grantee);
  lake.deliveredShares.grantDeliver(new People(people.uploaders));
  if (production) return;
  if (environment.testData !== 'none') {
    const deployers = new People(people.deployers);
    lake.testDrops.grantReadWrite(deployers);
    lake.dev.grantRead(deployers);
  }
  lake.dev.grantReadWrite(engineers);
  lake.sandboxes.grantReadWrite(engineers);
}
