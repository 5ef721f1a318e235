import { formatAddress, parseAddress, toggled, withoutFilters } from '../../../src/dashboard/page/address';

test('an address keeps what is chosen, and reads what it wrote', () => {
  const address = {
    page: 'engagement',
    school: 'a&b',
    role: 'Student',
    period: '2024-03-04',
    kinds: 'products',
  } as const;
  const hash = '#engagement?school=a%26b&role=Student&period=2024-03-04&kinds=products';
  expect([formatAddress(address), parseAddress(hash)]).toEqual([hash, address]);
});

test('an unknown page is the first one, and unknown words are left out', () => {
  expect(['', '#', '#nowhere?app=Teams&x=1', '#/runs'].map(parseAddress)).toEqual([
    { page: 'engagement' },
    { page: 'engagement' },
    { page: 'engagement', app: 'Teams' },
    { page: 'runs' },
  ]);
});

test('a filter that is chosen again goes, and a class goes with its school', () => {
  const address = { page: 'engagement', school: 'x', class: 'c' } as const;
  expect(toggled(address, 'app', 'Teams')).toEqual({ ...address, app: 'Teams' });
  expect(formatAddress(toggled(address, 'school', 'x'))).toBe('#engagement');
  expect(formatAddress(toggled(address, 'school', 'y'))).toBe('#engagement?school=y');
});

test('CELL3: a class and a role exclude each other', () => {
  const address = { page: 'engagement', school: 'x', role: 'Teacher' } as const;
  const inClass = toggled(address, 'class', 'c');
  expect(formatAddress(inClass)).toBe('#engagement?school=x&class=c');
  expect(formatAddress(toggled(inClass, 'role', 'Teacher'))).toBe('#engagement?school=x&role=Teacher');
});

test('clearing keeps the page and how it charts', () => {
  const cleared = withoutFilters({ page: 'engagement', app: 'Teams', kinds: 'products' });
  expect(formatAddress(cleared)).toBe('#engagement?kinds=products');
});
