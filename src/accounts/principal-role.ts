import type { Accounts } from './accounts.ts'
import { ORGANIZATION_ROLES, type OrganizationRole } from './role.ts'

/** The role of a user or service account in the organization; null for one that there is not, or not any more. */
export async function readPrincipalRole(
  { state: { db } }: Accounts,
  principalId: string,
): Promise<OrganizationRole | null> {
  const row = principalId.startsWith('svac_')
    ? await db
        .selectFrom('serviceAccounts')
        .select('organizationRole as role')
        .where('id', '=', principalId)
        .where('archivedAt', 'is', null)
        .executeTakeFirst()
    : await db
        .selectFrom('users')
        .select('role')
        .where('id', '=', principalId)
        .where('removedAt', 'is', null)
        .executeTakeFirst()
  return ORGANIZATION_ROLES.find((role) => role === row?.role) ?? null
}
