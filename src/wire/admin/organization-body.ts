import type { Organization } from '../../accounts/organization.ts'

/** @see the Admin API's reference, "Get Current Organization" */
export function organizationBody({ id, name }: Organization): object {
  return { type: 'organization', id, name }
}
