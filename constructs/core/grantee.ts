import type { EntraGroup } from '../../src/contract/environment-settings';

/** One identity that Azure gives roles to. */
export interface Principal {
  /** Part of the construct id of its grants, so never a token. */
  readonly key: string;
  readonly objectId: string;
  readonly type: 'Group' | 'ServicePrincipal';
  readonly displayName: string;
}

/** Who a grant is for: a role of people, which several groups may hold, or the identity of a resource. */
export interface IGrantee {
  readonly principals: readonly Principal[];
}

/**
 * The groups that hold one role; none gives nobody the role's rights.
 *
 * @example
 * lake.refinedGeneral.grantRead(new People(environment.people.analysts));
 */
export class People implements IGrantee {
  readonly principals: readonly Principal[];

  constructor(groups: readonly EntraGroup[]) {
    this.principals = groups.map(({ objectId, displayName }) => ({
      key: objectId.toLowerCase(),
      objectId,
      type: 'Group',
      displayName,
    }));
  }
}

/** The identity that Azure gives a resource; its object id is known once the resource is there. */
export class ManagedIdentity implements IGrantee {
  readonly principals: readonly Principal[];

  /** @param key a literal, such as `DataShare`. */
  constructor(key: string, objectId: string) {
    this.principals = [{ key, objectId, type: 'ServicePrincipal', displayName: key }];
  }
}
