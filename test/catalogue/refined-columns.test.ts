import { loadCatalogue, tableOf } from '../../src/catalogue/load';
import type { Profile } from '../../src/catalogue/model';
import { keepsHistory } from '../../src/catalogue/refined-shape';
import { generalColumns, lookupColumns } from '../../src/catalogue/render/duckdb-treatment';
import { shippedTables, testWithShippedData } from './shipped-data';

function lookupNames(profile: Profile, table: string): readonly string[] {
  const catalogue = loadCatalogue(profile);
  return lookupColumns(tableOf(catalogue, table), catalogue).map(({ name }) => name);
}

function sortedEntries(columns: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] {
  return [...columns].sort(([one], [other]) => (one < other ? -1 : 1));
}

describe('general and lookup columns', () => {
  testWithShippedData('are what upstream publishes, by name and type, but for four known columns (v0.2)', () => {
    const catalogue = loadCatalogue('v0.2');
    const onlyOurs: Readonly<Record<string, string>> = {
      AadUser: 'LastSeenDateTime',
      Organization: 'ParentOrganizationId',
      Section: 'Location',
    };
    const published = Object.entries(shippedTables('refined.sss.csv'));
    const compared = published.map(([name, columns]) => {
      const isLookup = name.endsWith('_lookup');
      const table = tableOf(catalogue, name.replace('_lookup', ''));
      const rendered = isLookup ? lookupColumns(table, catalogue) : generalColumns(table);
      const ours = rendered.map(({ name: column, type }): [string, string] => [column, type]);
      const theirs = columns.map(([column = '', type = '']): [string, string] => [column, type]);
      return {
        name,
        ours: sortedEntries(ours.filter(([column]) => isLookup || column !== onlyOurs[name])),
        theirs: sortedEntries(theirs.filter(([column]) => name !== 'activity' || column !== 'rundate')),
        left: ours.filter(([column]) => !isLookup && column === onlyOurs[name]).length,
      };
    });
    expect(compared.map(({ name, ours }) => [name, ours])).toEqual(compared.map(({ name, theirs }) => [name, theirs]));
    expect(compared.filter(({ left }) => left === 1).map(({ name }) => name)).toEqual(Object.keys(onlyOurs));
    const lookups = published.map(([name]) => name).filter((name) => name.endsWith('_lookup'));
    expect(lookups).toEqual(['AadGroup_lookup', 'AadUser_lookup', 'PersonDemographic_lookup', 'Person_lookup']);
  });

  test("come raw first, then as pseudonyms, as in upstream's AadGroup_lookup", () => {
    expect(lookupNames('v0.2', 'AadGroup')).toEqual([
      ...['ObjectId', 'DisplayName', 'Mail', 'MailNickname', 'AnchorId'],
      ...['ObjectId_pseudonym', 'AnchorId_pseudonym'],
    ]);
  });

  test('keep a readable key beside what is masked, which upstream loses (D2)', () => {
    expect(lookupNames('v0.2', 'PersonPhoneNumber')).toEqual(['Id', 'PhoneNumber']);
    expect(lookupNames('v0.2', 'PersonOrganizationRole')).toEqual(['Id', 'RoleStartDate', 'RoleEndDate']);
  });

  test('have the pseudonym alone of a hash-no-lookup key, and value and pseudonym of a masked person (strict)', () => {
    expect(lookupNames('strict', 'PersonPhoneNumber')).toEqual(['PhoneNumber', 'Id_pseudonym']);
    expect(lookupNames('strict', 'PersonDemographicRace')).toEqual([
      'PersonId',
      'RefRaceId',
      'Id_pseudonym',
      'PersonId_pseudonym',
    ]);
  });

  test('have a lookup for each table that hashes or masks, and for no other', () => {
    const withLookup = (profile: Profile): string[] => {
      const catalogue = loadCatalogue(profile);
      return catalogue.tables.filter((table) => lookupColumns(table, catalogue).length > 0).map((table) => table.name);
    };
    const expected = [
      ...['AadUser', 'AadGroup', 'Person', 'PersonDemographic', 'PersonDemographicEthnicity'],
      ...['PersonDemographicPersonFlag', 'PersonDemographicRace', 'PersonEmailAddress', 'PersonIdentifier'],
      ...['PersonOrganizationRole', 'PersonPhoneNumber'],
    ];
    expect(withLookup('strict')).toEqual(expected);
    expect(withLookup('v0.2')).toEqual(expected);
  });

  test('are never both raw and readable for a pseudonymised column (strict)', () => {
    const shown = loadCatalogue('strict').tables.flatMap((table) => {
      const names = new Set(generalColumns(table).map(({ name }) => name));
      return table.columns
        .filter(({ treatment }) => ['hash', 'hash-no-lookup', 'hmac'].includes(treatment.kind))
        .filter(({ name }) => names.has(name) || !names.has(`${name}_pseudonym`))
        .map(({ name }) => `${table.name}.${name}`);
    });
    expect(shown).toEqual([]);
  });

  test('keep history for structure tables, in the strict profile only (ROW15)', () => {
    const kept = (profile: Profile): string[] => {
      const catalogue = loadCatalogue(profile);
      return catalogue.tables.filter((table) => keepsHistory(table, catalogue)).map((table) => table.name);
    };
    expect(kept('strict')).toEqual(['AadGroup', 'Organization', 'Session', 'Course', 'Section']);
    expect(kept('v0.2')).toEqual([]);
  });
});
