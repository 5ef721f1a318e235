import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadCatalogue, tableOf } from '../../src/catalogue/load';
import type { Catalogue, Table } from '../../src/catalogue/model';
import { refusal } from '../support/refusal';

const assets = path.resolve(__dirname, '../../assets/catalogue');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'insights-catalogue-'));
  cpSync(assets, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function rewrite(file: string, change: (text: string) => string): Catalogue {
  const place = path.join(folder, file);
  writeFileSync(place, change(readFileSync(place, 'utf8')));
  return loadCatalogue('strict', { folder });
}

function columnsOf(select: (table: Table) => readonly string[]): string[] {
  return loadCatalogue('strict').tables.flatMap((table) => select(table).map((name) => `${table.name}.${name}`));
}

describe('loadCatalogue', () => {
  test('reads a folder once and freezes what it read', () => {
    const catalogue = loadCatalogue('strict');
    expect(loadCatalogue('strict')).toBe(catalogue);
    expect(catalogue.profile).toBe('strict');
    expect(loadCatalogue('v0.2').profile).toBe('v0.2');
    const frozen = catalogue.tables.every(
      (table) => Object.isFrozen(table) && table.columns.every((column) => Object.isFrozen(column.treatment)),
    );
    expect([Object.isFrozen(catalogue), frozen]).toEqual([true, true]);
  });

  test('says which file is missing', () => {
    rmSync(path.join(folder, 'tables.json'));
    expect(refusal(() => loadCatalogue('strict', { folder }))).toBe(
      'CATALOGUE_UNREADABLE: A file of the catalogue cannot be read.\n' +
        '  where: tables.json\n  next:  Restore assets/catalogue from the repository.',
    );
  });

  test('says where to look when the files are wrong', () => {
    const error = refusal(() =>
      rewrite('metadata.csv', (text) => text.replace(',SignalType,string,no-op', ',SignalType,string,none')),
    );
    const line =
      readFileSync(path.join(assets, 'metadata.csv'), 'utf8').split('\n').indexOf(',SignalType,string,no-op') + 1;
    expect(error.split('\n').slice(0, 2)).toEqual([
      'CATALOGUE_INVALID: The catalogue has 1 error:',
      `  metadata.csv:${line}: activity.SignalType has an unknown treatment. Use one of no-op, mask, hash, hash-no-lookup, hmac, ` +
        'drop, partition-by, generalise:band:N, generalise:month, generalise:family.',
    ]);
  });

  test('finds a table by name, or says that there is none', () => {
    const catalogue = loadCatalogue('strict');
    expect(tableOf(catalogue, 'AadGroupMembership').key).toEqual(['GroupObjectId', 'UserObjectId']);
    expect(refusal(() => tableOf(catalogue, 'aaduser'))).toBe(
      'TABLE_UNKNOWN: The catalogue has no table aaduser.\n' +
        '  where: table aaduser\n  next:  Use a table name of assets/catalogue/metadata.csv.',
    );
  });
});

describe('the fingerprint', () => {
  const own = (): string => loadCatalogue('strict').fingerprint;

  test('stays when only the spelling changes: comments, lines, descriptions, short forms', () => {
    const changed = rewrite(
      'metadata.csv',
      (text) => `# new\n\n${text.replaceAll(',mask', ',m').replaceAll(',no-op', ',x')}`,
    );
    expect(changed.fingerprint).toBe(own());
    const again = mkdtempSync(path.join(tmpdir(), 'insights-catalogue-'));
    try {
      cpSync(assets, again, { recursive: true });
      const place = path.join(again, 'tables.json');
      writeFileSync(place, readFileSync(place, 'utf8').replace('The browser or application', 'Browser or application'));
      expect(loadCatalogue('strict', { folder: again }).fingerprint).toBe(own());
    } finally {
      rmSync(again, { recursive: true, force: true });
    }
  });

  test.each([
    ['a treatment', 'metadata.csv', ',Grade,double,generalise:band:10', ',Grade,double,generalise:band:20'],
    ['a type', 'metadata.csv', ',Grade,double,', ',Grade,integer,'],
    ['a key', 'tables.json', '"key": ["SignalId"]', '"key": ["SignalId", "StartTime"]'],
  ])('changes with %s', (_, file, from, to) => {
    const changed = rewrite(file, (text) => {
      expect(text).toContain(from);
      return text.replace(from, to);
    });
    expect(changed.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(changed.fingerprint).not.toBe(own());
  });

  test('tells the profiles apart', () => {
    expect(loadCatalogue('v0.2').fingerprint).not.toBe(own());
  });
});

describe('tables.json', () => {
  test('declares the keys of the contract', () => {
    const keys = loadCatalogue('strict').tables.map((table): [string, readonly string[]] => [table.name, table.key]);
    expect(Object.fromEntries(keys.filter(([, key]) => key.join() !== 'Id'))).toEqual({
      activity: ['SignalId'],
      AadUser: ['ObjectId'],
      AadGroup: ['ObjectId'],
      AadGroupMembership: ['GroupObjectId', 'UserObjectId'],
      AadUserPersonMapping: ['ObjectId', 'PersonId'],
      PersonDemographic: ['PersonId'],
    });
  });

  test('requires keys, both ends of every association, and time and type of a signal', () => {
    const beyondKeys = columnsOf((table) =>
      table.columns
        .filter((column) => column.required && !table.key.includes(column.name))
        .map((column) => column.name),
    );
    expect(beyondKeys.sort()).toEqual([
      'CourseGradeLevel.CourseId',
      'CourseSubject.CourseId',
      'Enrollment.PersonId',
      'Enrollment.SectionId',
      'PersonDemographicEthnicity.PersonId',
      'PersonDemographicPersonFlag.PersonId',
      'PersonDemographicRace.PersonId',
      'PersonEmailAddress.PersonId',
      'PersonIdentifier.PersonId',
      'PersonOrganizationRole.OrganizationId',
      'PersonOrganizationRole.PersonId',
      'PersonPhoneNumber.PersonId',
      'PersonRelationship.PersonId',
      'PersonRelationship.RelatedPersonId',
      'SectionGradeLevel.SectionId',
      'SectionSession.SectionId',
      'SectionSession.SessionId',
      'SectionSubject.SectionId',
      'activity.SignalType',
      'activity.StartTime',
    ]);
    const keysAreRequired = loadCatalogue('strict').tables.every((table) =>
      table.columns.every((column) => column.required || !table.key.includes(column.name)),
    );
    expect(keysAreRequired).toBe(true);
  });

  test('lets few columns be absent at the end (ROW8)', () => {
    expect(
      columnsOf((table) => table.columns.filter((column) => column.optional).map((column) => column.name)),
    ).toEqual([
      'AadUser.TeacherId',
      'AadGroupMembership.MembershipId',
      'Organization.ParentOrganizationId',
      'Course.Code',
      'Section.Location',
    ]);
  });

  test('derives MembershipId from group and account (ROW18)', () => {
    expect(tableOf(loadCatalogue('strict'), 'AadGroupMembership').columns.at(-1)?.derived).toEqual([
      { column: 'GroupObjectId' },
      { text: '_' },
      { column: 'UserObjectId' },
    ]);
  });

  test('lets a roster folder lack RefTranslation only (ROW2), and takes activity as additive', () => {
    const { tables } = loadCatalogue('strict');
    expect(tables.filter((table) => !table.required).map((table) => table.name)).toEqual([
      'activity',
      'RefTranslation',
    ]);
    expect(
      tables
        .filter((table) => table.batchKind === 'additive' || table.source === 'activity')
        .map((table) => table.name),
    ).toEqual(['activity']);
  });

  test('marks every Ref… id and the role columns as lists of values (ROW7)', () => {
    const { tables } = loadCatalogue('strict');
    const unmarked = tables.flatMap((table) =>
      table.columns
        .filter(({ name }) => /^Ref.*Id$/.test(name) || ['Role', 'ActorRole', 'SignalType', 'AppName'].includes(name))
        .filter(({ enumeration }) => enumeration === undefined)
        .map(({ name }) => `${table.name}.${name}`),
    );
    expect(unmarked).toEqual([]);
  });

  test('puts each identifier that pseudonyms are joined by into one domain with one treatment (strict)', () => {
    const treatments = new Map<string, Set<string>>();
    for (const { domain, treatment } of loadCatalogue('strict').tables.flatMap((table) => table.columns)) {
      if (domain === undefined) continue;
      const seen = treatment.kind === 'hash-no-lookup' ? 'hash' : treatment.kind;
      treatments.set(domain, (treatments.get(domain) ?? new Set()).add(seen));
    }
    const several = [...treatments]
      .filter(([, kinds]) => kinds.size > 1)
      .map(([domain, kinds]) => [domain, [...kinds].sort()]);
    // Both masks have their reason in tables.json: a row or a value tells something about the person.
    expect(Object.fromEntries(several)).toEqual({ person: ['hash', 'mask'], refDefinition: ['mask', 'no-op'] });
    expect([...(treatments.get('directoryUser') ?? []), ...(treatments.get('directoryGroup') ?? [])]).toEqual([
      'hash',
      'hash',
    ]);
  });
});
