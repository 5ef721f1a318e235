import fc from 'fast-check';
import {
  aliasDatabaseNames,
  databaseNameLimit,
  databaseNames,
  sharesDatabases,
} from '../../src/contract/database-names';

const workspaces = fc
  .stringMatching(/^[A-Za-z0-9_-]{1,30}$/)
  .filter((name) => !['prod', 'dev'].includes(name.toLowerCase()) || name === name.toLowerCase());
const number = fc.integer({ min: 0, max: 9999 });
const versions = fc.oneof(
  fc.tuple(number, number).map((parts) => parts.join('.')),
  fc.tuple(number, number, number).map((parts) => parts.join('.')),
);

describe('databaseNames', () => {
  it('names the databases of dev as upstream does', () => {
    expect(databaseNames('dev', '1.14')).toEqual({
      lakeIngested: 'ldb_dev_s2i_m365_v1p14',
      lakeRefined: 'ldb_dev_s2r_m365_v1p14',
      lakeSensitive: 'ldb_dev_s2r_m365_v1p14_sensitive',
      serverless: 'sdb_dev_s2r_m365_v1p14',
      serverlessSensitive: 'sdb_dev_s2r_m365_v1p14_sensitive',
    });
  });

  it('writes a sandbox in lower case, with _ for -, and every dot of the version as p', () => {
    expect(databaseNames('Jane-Doe_2', '1.4.0').serverless).toBe('sdb_jane_doe_2_s2r_m365_v1p4p0');
  });

  it.each([
    ['a b', '1.14', '"a b" is not a workspace name.'],
    ["x'; DROP DATABASE x; --", '1.14', '"x\'; DROP DATABASE x; --" is not a workspace name.'],
    ['Prod', '1.14', 'Workspace "Prod" differs from "prod" in case only.'],
    ['dev', '1p14', '"1p14" is not a data version.'],
    ['dev', 'v1.14', '"v1.14" is not a data version.'],
  ])('refuses workspace %j with version %j', (workspace, version, message) => {
    expect(() => databaseNames(workspace, version)).toThrow(expect.objectContaining({ message }));
  });

  it('needs no quoting, keeps within the limit and gives five different names, for whatever is accepted', () => {
    fc.assert(
      fc.property(workspaces, versions, (workspace, version) => {
        const names = Object.values(databaseNames(workspace, version)) as string[];
        expect(new Set(names).size).toBe(5);
        for (const name of names) {
          expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
          expect(name.length).toBeLessThanOrEqual(databaseNameLimit);
        }
      }),
    );
  });

  it('gives two workspaces or versions a database in common only where sharesDatabases says so', () => {
    fc.assert(
      fc.property(workspaces, versions, workspaces, versions, (one, version, other, otherVersion) => {
        const names = new Set<string>(Object.values(databaseNames(one, version)) as string[]);
        const isShared = (Object.values(databaseNames(other, otherVersion)) as string[]).some((name) =>
          names.has(name),
        );
        expect(isShared).toBe(sharesDatabases(one, other) && version === otherVersion);
      }),
    );
  });
});

describe('aliasDatabaseNames', () => {
  it('spells 1.14 as upstream’s pipelines do, and 1.4.0 as its documents do (D18)', () => {
    expect(aliasDatabaseNames('dev', '1.14')).toEqual(databaseNames('dev', '1.4.0'));
    expect(aliasDatabaseNames('dev', '1.4.0')).toEqual(databaseNames('dev', '1.14'));
  });

  it('knows no other spelling of any other version', () => {
    expect(aliasDatabaseNames('dev', '1.15')).toBeUndefined();
  });
});

describe('sharesDatabases', () => {
  it.each([
    ['jane', 'jane', true],
    ['Jane', 'jane', true],
    ['a-b', 'a_b', true],
    ['dev', 'prod', false],
  ])('%s and %s: %s', (one, other, shared) => {
    expect(sharesDatabases(one, other)).toBe(shared);
  });
});
