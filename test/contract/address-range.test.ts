import fc from 'fast-check';
import { parseAddressRange } from '../../src/contract/address-range';

describe('parseAddressRange', () => {
  test.each([
    ['203.0.113.7', '203.0.113.7', '203.0.113.7', 32],
    ['203.0.113.0/24', '203.0.113.0', '203.0.113.255', 24],
    ['203.0.113.4/30', '203.0.113.4', '203.0.113.7', 30],
    ['128.0.0.0/1', '128.0.0.0', '255.255.255.255', 1],
    ['172.32.0.0/16', '172.32.0.0', '172.32.255.255', 16],
  ])('%s is %s to %s', (text, first, last, prefix) => {
    expect(parseAddressRange(text)).toEqual({ first, last, prefix });
  });

  test.each([
    '',
    'localhost',
    '203.0.113',
    '203.0.113.256',
    '203.0.113.7/24',
    '203.0.113.7/31',
    '203.0.113.7/32',
    '2001:db8::1',
    '0.0.0.0',
    '0.0.0.0/0',
    '10.1.2.3',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.169.254',
    '172.31.0.0/16',
    '192.168.1.0/24',
    ' 203.0.113.7',
  ])('refuses %j', (text) => {
    expect(parseAddressRange(text)).toBeUndefined();
  });

  test('a network has two to the power of its free bits addresses, for every prefix', () => {
    const number = (dotted: string): number => dotted.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    fc.assert(
      fc.property(fc.integer({ min: 8, max: 30 }), fc.integer({ min: 20, max: 90 }), (prefix, top) => {
        const range = parseAddressRange(`${top}.0.0.0/${prefix}`);
        expect(number(range?.last ?? '') - number(range?.first ?? '') + 1).toBe(2 ** (32 - prefix));
      }),
    );
  });
});
