import { isDataBearing } from '../../../src/contract/data-bearing';
import { member, type Rule } from '../rule';

export const guard: Rule = {
  id: 'guard',
  demand:
    'In production Terraform refuses to destroy what holds data: one answer it does not expect plans a replacement.',
  check: ({ environment, resources }) =>
    environment.production
      ? resources
          .filter(
            ({ type, body }) =>
              isDataBearing(type, body['type']) && member(body['lifecycle'], 'prevent_destroy') !== true,
          )
          .map(({ path }) => ({ at: path, found: 'prevent_destroy is not true' }))
      : [],
};
