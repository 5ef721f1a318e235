import type { CatalogueEvent } from '../../src/contract/lake-format';
import { catalogueEvent, compareCatalogues, refuseChange } from '../../src/engine/catalogue-change';
import { refusal } from '../support/refusal';
import { smallCatalogue } from '../support/small-drop';
import { thrownBy } from '../support/thrown';
import { changedCatalogue } from './changed-catalogue';

const before: CatalogueEvent = {
  event: 'catalogue',
  profile: 'strict',
  fingerprint: 'f',
  saltFingerprint: '0123456789abcdef',
  tables: {
    Club: {
      columns: [
        ['Id', 'string', 'no-op'],
        ['Name', 'string', 'mask'],
        ['Since', 'timestamp', 'generalise:month'],
      ],
      key: ['Id'],
      whenGone: 'keep',
    },
  },
};
const club = before.tables['Club']!;
const withClub = (change: Partial<typeof club>): CatalogueEvent => ({
  ...before,
  tables: { Club: { ...club, ...change } },
});

test('nothing to compare with, and nothing changed', () => {
  expect(compareCatalogues(undefined, before)).toEqual({ kind: 'first' });
  expect(compareCatalogues(before, before)).toEqual({ kind: 'none' });
});

test('rules for rows to come change nothing that is there', () => {
  const change = compareCatalogues(before, { ...before, fingerprint: 'of other known words' });
  expect(change).toEqual({ kind: 'rules' });
  expect(() => refuseChange(change, false)).not.toThrow();
});

test('new columns at the end and new tables extend the lake', () => {
  const more = withClub({ columns: [...club.columns, ['Motto', 'string', 'mask']] });
  const change = compareCatalogues(before, { ...more, tables: { ...more.tables, Team: club } });
  expect(change).toEqual({ kind: 'extended', tables: ['Club', 'Team'] });
  expect(() => refuseChange(change, false)).not.toThrow();
});

test.each([
  [
    'another treatment',
    withClub({ columns: [club.columns[0]!, ['Name', 'string', 'no-op'], club.columns[2]!] }),
    'Club.Name was mask and is no-op',
  ],
  [
    'another band',
    withClub({ columns: [club.columns[0]!, club.columns[1]!, ['Since', 'timestamp', 'mask']] }),
    'Club.Since was generalise:month and is mask',
  ],
  ['another end of rows', withClub({ whenGone: 'remove' }), 'Club: rows that left were keep, now remove'],
  ['another profile', { ...before, profile: 'v0.2' }, 'the profile was strict and is v0.2'],
])('Refined does not fit any more: %s', (_, now, reason) => {
  const change = compareCatalogues(before, now);
  expect(change).toEqual({ kind: 'refined', reasons: [reason], hasNewSalt: false });
  expect(refusal(() => refuseChange(change, false))).toBe(
    `CATALOGUE_CHANGED: Refined was made otherwise: ${reason}.\n` +
      '  next:  Review the change, then process again with --rebuild: Refined is made anew and no old pseudonym stays.',
  );
  expect(() => refuseChange(change, true)).not.toThrow();
});

test('PRIV4: another salt is refused by its own code, and neither salt nor fingerprint is shown', () => {
  const change = compareCatalogues(before, { ...before, saltFingerprint: 'fedcba9876543210', profile: 'v0.2' });
  expect(change).toEqual({
    kind: 'refined',
    reasons: ['the salt is another one', 'the profile was strict and is v0.2'],
    hasNewSalt: true,
  });
  expect(refusal(() => refuseChange(change, false))).toBe(
    'SALT_CHANGED: Refined was made otherwise: the salt is another one; the profile was strict and is v0.2.\n' +
      '  next:  Give the salt of this workspace. To change the salt on purpose, process again with --rebuild.',
  );
});

test.each([
  [
    'another type',
    withClub({ columns: [club.columns[0]!, club.columns[1]!, ['Since', 'date', 'generalise:month']] }),
    ['Club.Since was timestamp and is date'],
  ],
  [
    'another order',
    withClub({ columns: [club.columns[1]!, club.columns[0]!, club.columns[2]!] }),
    ['Club.Id is not column 1 any more', 'Club.Name is not column 2 any more'],
  ],
  ['a column less', withClub({ columns: club.columns.slice(0, 2) }), ['Club.Since is not column 3 any more']],
  ['another key', withClub({ key: ['Id', 'Name'] }), ['Club has another key']],
  ['a table less', { ...before, tables: {} }, ['table Club is gone']],
])('Corrected does not fit any more, and no rebuild helps: %s', async (_, now, reasons) => {
  const change = compareCatalogues(before, now);
  expect(change).toEqual({ kind: 'corrected', reasons });
  expect(await thrownBy(() => refuseChange(change, true))).toEqual({
    code: 'REBUILD_IMPOSSIBLE',
    message: `The catalogue has changed: ${reasons.join('; ')}.`,
    place: {},
  });
});

test('of many reasons the first five are named', async () => {
  const tables = Object.fromEntries(Array.from({ length: 7 }, (_, n) => [`Club${n}`, club]));
  const change = compareCatalogues({ ...before, tables }, { ...before, tables: {} });
  expect((await thrownBy(() => refuseChange(change, false))).message).toBe(
    'The catalogue has changed: table Club0 is gone; table Club1 is gone; table Club2 is gone; table Club3 is gone; table Club4 is gone; and 2 more.',
  );
});

test('the ledger keeps columns with type and treatment in full words, key and history of each table', () => {
  const event = catalogueEvent(smallCatalogue(['AadGroupMembership']), '0123456789abcdef');
  expect(event.tables).toEqual({
    AadGroupMembership: {
      columns: [
        ['GroupObjectId', 'string', 'hash-no-lookup'],
        ['FirstSeenDateTime', 'timestamp', 'generalise:month'],
        ['LastSeenDateTime', 'timestamp', 'generalise:month'],
        ['Role', 'string', 'no-op'],
        ['UserObjectId', 'string', 'hash-no-lookup'],
        ['MembershipId', 'string', 'hash-no-lookup'],
      ],
      key: ['GroupObjectId', 'UserObjectId'],
      whenGone: 'remove',
    },
  });
});

test('ROW8: a column that is filled for the values of another one names a column of its table', () => {
  const build = () =>
    changedCatalogue(['AadUser'], {
      tables: ({ tables }) => {
        tables['AadUser']!.columns['StudentId']!['filledFor'] = { column: 'Rank', value: 'Student' };
      },
    });
  expect(refusal(build)).toContain(
    'tables.json#/tables/AadUser/columns/StudentId/filledFor: Column AadUser.Rank does not exist.',
  );
});
