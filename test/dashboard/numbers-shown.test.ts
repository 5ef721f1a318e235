import { calendarOf, timeDimension } from '../../src/dashboard/cube/calendar';
import { roundedToFive, shownPersons, shownValue } from '../../src/dashboard/cube/shown-numbers';

test('CELL3: counts are rounded to 5, and somebody never becomes nobody', () => {
  expect([0, 1, 2, 5, 7, 8, 12, 13].map(roundedToFive)).toEqual([0, 5, 5, 5, 5, 10, 10, 15]);
});

test('CELL1: a number of persons is hidden where the rest of a larger one is one to four', () => {
  const beside = [100, 99, 96, 95, 40].map((count) => shownPersons(count, [100, 300]));
  expect(beside).toEqual([100, null, null, 95, 40]);
});

test('averages have one decimal, percentages one of a percent, all else none', () => {
  expect([shownValue(1.26, 'decimal'), shownValue(0.82882, 'percent'), shownValue(12.6, 'whole')]).toEqual([
    1.3, 0.829, 13,
  ]);
});

test('ROW16: a week begins on Monday and belongs to the month of that Monday', () => {
  const calendar = calendarOf('2024-03-30', '2024-04-08');
  expect({ ...calendar, days: calendar.days.length }).toEqual({
    months: ['2024-03', '2024-04'],
    weeks: ['2024-03-25', '2024-04-01', '2024-04-08'],
    days: 10,
    monthOfWeek: [1, 2, 2],
    weekOfDay: [1, 1, 2, 2, 2, 2, 2, 2, 2, 3],
  });
  expect(timeDimension(calendar, false).parents).toEqual([-1, 0, 0, 1, 2, 2]);
  expect(timeDimension(calendar, true).parents).toEqual([-1, 0, 0, 1, 2, 2, 3, 3, 4, 4, 4, 4, 4, 4, 4, 5]);
});

test('without signals there is no calendar', () => {
  expect(calendarOf(undefined, undefined)).toEqual({ months: [], weeks: [], days: [], monthOfWeek: [], weekOfDay: [] });
});
