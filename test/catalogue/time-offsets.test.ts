import fc from 'fast-check';
import { offsetPeriods, offsetYears } from '../../src/catalogue/render/time-offsets';

const zones = [
  'UTC',
  'Europe/Berlin',
  'America/Los_Angeles',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
];

/** Minutes between an instant and what the zone's clocks show then. */
function shown(zone: string, instant: number): number {
  const text = new Date(instant).toLocaleString('sv-SE', { timeZone: zone });
  return (Date.parse(`${text.replace(' ', 'T')}Z`) - instant) / 60_000;
}

describe('offsetPeriods', () => {
  it.each([
    ['UTC', 0],
    ['Asia/Kolkata', 330],
    ['America/Phoenix', -420],
    ['Etc/GMT+8', -480],
  ])('is one period for %s', (zone, minutes) => {
    expect(offsetPeriods(zone)).toEqual([{ from: undefined, until: undefined, minutes }]);
  });

  it('knows the second at which summer time begins and ends', () => {
    const year = offsetPeriods('Europe/Berlin').filter(({ from }) => from?.startsWith('2022'));
    expect(year).toEqual([
      { from: '2022-03-27T01:00:00', until: '2022-10-30T01:00:00', minutes: 120 },
      { from: '2022-10-30T01:00:00', until: '2023-03-26T01:00:00', minutes: 60 },
    ]);
  });

  it('covers time without gap and agrees with the platform at every instant of its years (ROW16)', () => {
    const second = fc.integer({ min: Date.UTC(offsetYears.from) / 1000, max: Date.UTC(offsetYears.until) / 1000 - 1 });
    const all = new Map(zones.map((zone) => [zone, offsetPeriods(zone)]));
    fc.assert(
      fc.property(fc.constantFrom(...zones), second, (zone, instant) => {
        const periods = all.get(zone) ?? [];
        const text = new Date(instant * 1000).toISOString().slice(0, 19);
        const found = periods.filter(
          ({ from, until }) => (from === undefined || from <= text) && (until === undefined || text < until),
        );
        expect(found.map(({ minutes }) => minutes)).toEqual([shown(zone, instant * 1000)]);
      }),
    );
  });
});
