import fc from 'fast-check';
import { nameGuid } from '../../../constructs/core/name-guid';

describe('nameGuid', () => {
  test('stays what it is: assignments in deployed workspaces are named by it', () => {
    expect(nameGuid('workspaces/syn-oea-dev/role/principal')).toBe('bdfbcc10-27e7-5e1e-af16-053003da005c');
  });

  test('is a GUID of version 5, the same for the same name and another for another', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (one, other) => {
        expect(nameGuid(one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(nameGuid(one) === nameGuid(other)).toBe(one === other);
      }),
    );
  });
});
