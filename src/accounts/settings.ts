import * as z from 'zod'
import { ORGANIZATION_ROLES, SERVICE_ACCOUNT_ROLES, WORKSPACE_ROLES } from './role.ts'

/** Most rows of one kind: they are written before each request. */
const MAX_ROWS = 100

const ID = z.string().min(1)
const WORKSPACE_ROLE = z.enum(WORKSPACE_ROLES).default('workspace_user')

/** The setting `conformance.accounts`. */
export const CONFORMANCE_ACCOUNTS_SCHEMA = z
  .strictObject({
    users: z
      .array(
        z.strictObject({
          id: ID,
          email: z.string().min(3),
          name: z.string().default('A user'),
          role: z.enum(ORGANIZATION_ROLES).default('user'),
        }),
      )
      .max(MAX_ROWS)
      .describe('Users of the organization.')
      .default([]),
    invites: z
      .array(
        z.strictObject({
          id: ID,
          email: z.string().min(3),
          role: z.enum(ORGANIZATION_ROLES).default('user'),
        }),
      )
      .max(MAX_ROWS)
      .describe('Pending invites.')
      .default([]),
    workspaces: z
      .array(
        z.strictObject({
          id: ID,
          name: z.string().default('A workspace'),
          members: z
            .array(z.strictObject({ userId: ID, role: WORKSPACE_ROLE }))
            .max(MAX_ROWS)
            .default([]),
        }),
      )
      .max(MAX_ROWS)
      .describe('Workspaces with their members.')
      .default([]),
    apiKeys: z
      .array(z.strictObject({ id: ID, name: z.string().default('A key'), workspaceId: ID.optional() }))
      .max(MAX_ROWS)
      .describe('API keys; no secret opens them.')
      .default([]),
    serviceAccounts: z
      .array(
        z.strictObject({
          id: ID,
          name: z.string().min(1),
          organizationRole: z.enum(SERVICE_ACCOUNT_ROLES).default('developer'),
          workspaces: z
            .array(z.strictObject({ workspaceId: ID, role: WORKSPACE_ROLE }))
            .max(MAX_ROWS)
            .default([]),
        }),
      )
      .max(MAX_ROWS)
      .describe('Service accounts with the workspaces that they may use.')
      .default([]),
    spendLimits: z
      .array(z.strictObject({ id: ID }))
      .max(1)
      .describe("The organization's monthly limit of money.")
      .default([]),
  })
  .describe(
    'Users, workspaces, keys and the like that the suites invent. Each request of the Admin API finds these and no others, so this needs "state": "memory".',
  )

/** The rows that each request of a test suite finds. */
export type ConformanceAccounts = Readonly<z.infer<typeof CONFORMANCE_ACCOUNTS_SCHEMA>>
