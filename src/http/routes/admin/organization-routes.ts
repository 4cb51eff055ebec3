import type { Organization } from '../../../accounts/organization.ts'
import { organizationBody } from '../../../wire/admin/organization-body.ts'
import type { AdminRoute } from './admin-route.ts'

export function organizationRoutes(organization: Organization): readonly AdminRoute[] {
  return [
    {
      method: 'GET',
      pattern: '/v1/organizations/me',
      action: 'read:organization',
      respond: async () => organizationBody(organization),
    },
  ]
}
