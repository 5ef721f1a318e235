import { loadCatalogue } from '../../src/catalogue/load';
import type { Catalogue } from '../../src/catalogue/model';
import type { VerificationCheck } from '../../src/contract/lake-format';
import { runCheck } from '../../src/verify/check';
import { checks } from '../../src/verify/checks';
import { VerifyContext, type VerifyOptions } from '../../src/verify/context';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { buildFixture, fixtureSalt, type LakeFixture } from './lake-fixture';

jest.setTimeout(60_000);

export interface Tampering {
  readonly check: string;
  readonly tamper?: (lake: LakeFixture) => Promise<void>;
  readonly withoutSalt?: boolean;
  readonly options?: Partial<VerifyOptions>;
  readonly catalogue?: Catalogue;
}

/** Builds the good lake once per test file; each call copies it, tampers with the copy and runs one check on it. */
export function useTamperedLakes(): (tampering: Tampering) => Promise<Pick<VerificationCheck, 'status' | 'findings'>> {
  const connection = useDuckDb();
  const folder = useTemporaryFolders();
  const catalogue = loadCatalogue('strict');
  let good: LakeFixture | undefined;
  beforeAll(async () => {
    await connection().run("SET TimeZone = 'UTC'");
    good = await buildFixture(await folder(), connection(), catalogue);
  }, 60_000);
  return async ({ check: name, tamper, withoutSalt = false, options = {}, catalogue: other }) => {
    if (good === undefined) throw new Error('The fixture is built before the tests.');
    const lake = await good.copyTo(await folder());
    await tamper?.(lake);
    const { store, paths } = lake;
    const salt = withoutSalt ? {} : { salt: fixtureSalt };
    const context = await VerifyContext.open({
      store,
      paths,
      catalogue: other ?? catalogue,
      connection: connection(),
      ...salt,
      ...options,
    });
    try {
      const check = checks.find((candidate) => candidate.name === name);
      if (check === undefined) throw new Error(`There is no check ${name}.`);
      const { status, findings } = await runCheck(check, context);
      return { status, findings };
    } finally {
      await context.close();
    }
  };
}
