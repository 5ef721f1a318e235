import type { LakeStore } from '../../src/lake/store';

/** The same store, and how many of its operations were begun: what a lake on an account would pay a round trip for. */
export function countOperations(store: LakeStore): { readonly store: LakeStore; readonly operations: () => number } {
  let count = 0;
  const counting = new Proxy(store, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]): unknown => {
        count += 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
  return { store: counting, operations: () => count };
}
