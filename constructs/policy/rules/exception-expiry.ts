import type { Answerable } from '../../../src/contract/environment-settings';
import type { Finding, Rule } from '../rule';

/** An exception for longer is a decision, and belongs into the code. */
const longestDays = 366;

export const exceptionExpiry: Rule = {
  id: 'exception-expiry',
  demand: `Addresses and exceptions hold for ${longestDays} days at most, and not after their last day: somebody looks again.`,
  check: ({ environment, stack, today }) => {
    const addresses = environment.network.access === 'addresses' ? environment.network.addresses : [];
    const judge = (name: string, { expires, owner }: Answerable): readonly Finding[] => {
      const days = (Date.parse(expires) - Date.parse(today)) / 86_400_000;
      if (days >= 0 && days <= longestDays) return [];
      const found = days < 0 ? `expired on ${expires}` : `holds until ${expires}`;
      return [{ at: stack, found: `${name} of ${owner} ${found}` }];
    };
    return [
      ...addresses.flatMap((allowed) => judge(`address ${allowed.address}`, allowed)),
      ...environment.exceptions.flatMap((exception) => judge(`exception from ${exception.rule}`, exception)),
    ];
  },
};
