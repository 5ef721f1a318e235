import * as fs from 'node:fs/promises';
import * as nodePath from 'node:path';
import { loadCatalogue } from '../../src/catalogue/load';
import type { Catalogue } from '../../src/catalogue/model';
import type { VerificationCheck } from '../../src/contract/lake-format';
import { runCheck } from '../../src/verify/check';
import { checks } from '../../src/verify/checks';
import { VerifyContext, type VerifyOptions } from '../../src/verify/context';
import { useDuckDb } from '../support/duckdb-connection';
import { useTemporaryFolders } from '../support/temporary-folder';
import { buildFixture, fixtureSalt, type LakeFixture } from './lake-fixture';

export interface Tampering {
  readonly check: string;
  readonly tamper?: (lake: LakeFixture) => Promise<void>;
  readonly withoutSalt?: boolean;
  readonly options?: Partial<VerifyOptions>;
  readonly catalogue?: Catalogue;
}

/**
 * Every file of a folder with its bytes, to bring it back to what it was: quicker than a copy per test. Bytes are
 * compared, not times: a file tampered with in the clock tick in which it was written keeps its modification time.
 */
class FolderMemory {
  private readonly files = new Map<string, Buffer>();

  constructor(private readonly root: string) {}

  async remember(): Promise<void> {
    for (const file of await this.list()) this.files.set(file, await fs.readFile(file));
  }

  async restore(): Promise<void> {
    const present = new Set(await this.list());
    for (const file of present) if (!this.files.has(file)) await fs.rm(file);
    for (const [file, bytes] of this.files) {
      if (present.has(file) && bytes.equals(await fs.readFile(file))) continue;
      await fs.mkdir(nodePath.dirname(file), { recursive: true });
      await fs.writeFile(file, bytes);
    }
  }

  private async list(): Promise<string[]> {
    const entries = await fs.readdir(this.root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => nodePath.join(entry.parentPath, entry.name));
  }
}

/** Builds the good lake once per test file; each call tampers with it, runs one check on it and mends it again. */
export function useTamperedLakes(): (tampering: Tampering) => Promise<Pick<VerificationCheck, 'status' | 'findings'>> {
  const connection = useDuckDb();
  const folder = useTemporaryFolders();
  const catalogue = loadCatalogue('strict');
  let good: LakeFixture | undefined;
  let memory: FolderMemory | undefined;
  beforeAll(async () => {
    await connection().run("SET TimeZone = 'UTC'");
    good = await buildFixture(await folder(), connection(), catalogue);
    memory = new FolderMemory(good.root);
    await memory.remember();
  });
  afterEach(() => memory?.restore());
  return async ({ check: name, tamper, withoutSalt = false, options = {}, catalogue: other }) => {
    if (good === undefined) throw new Error('The fixture is built before the tests.');
    const lake = good;
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
