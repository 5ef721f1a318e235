import type { RowSource } from './world';

/** Accounts, groups, memberships, and which account belongs to which person. */
export const directoryTables: Readonly<Record<string, RowSource>> = {
  *AadUser({ directory }, clock) {
    for (const account of directory.accounts) {
      yield {
        ObjectId: account.objectId,
        AnchorId: account.anchorId,
        DisplayName: account.displayName,
        ...clock.seen(account.createdDay),
        GivenName: account.givenName,
        Mail: account.mail,
        MailNickname: account.nickname,
        Role: account.role,
        Surname: account.surname,
        UserPrincipalName: account.principalName,
        StudentId: account.studentId,
        TeacherId: account.teacherId,
      };
    }
  },

  *AadGroup({ directory }, clock) {
    for (const group of directory.groups) {
      yield {
        ObjectId: group.objectId,
        DisplayName: group.displayName,
        ...clock.seen(group.createdDay),
        Mail: group.mail,
        MailNickname: group.nickname,
        AnchorId: group.anchorId,
        SectionId: group.sectionId,
      };
    }
  },

  *AadGroupMembership({ directory }, clock) {
    for (const { group, account, role } of directory.memberships) {
      const seen = clock.seen(Math.max(group.createdDay, account.createdDay));
      yield { GroupObjectId: group.objectId, ...seen, Role: role, UserObjectId: account.objectId };
    }
  },

  *AadUserPersonMapping({ directory }, clock) {
    for (const account of directory.accounts) {
      for (const person of account.persons) {
        yield {
          ObjectId: account.objectId,
          ...clock.seen(Math.max(account.createdDay, person.entryDay)),
          PersonId: person.id,
        };
      }
    }
  },
};
