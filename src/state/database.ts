import type { ApiKeysTable } from './tables/api-keys-table.ts'
import type { AuditEventsTable } from './tables/audit-events-table.ts'
import type { BatchRequestsTable } from './tables/batch-requests-table.ts'
import type { BlobsTable } from './tables/blobs-table.ts'
import type { BucketsTable } from './tables/buckets-table.ts'
import type { ChangesTable } from './tables/changes-table.ts'
import type { CountersTable } from './tables/counters-table.ts'
import type { DutiesTable } from './tables/duties-table.ts'
import type { FailedLoginsTable } from './tables/failed-logins-table.ts'
import type { FilesTable } from './tables/files-table.ts'
import type { InstancesTable } from './tables/instances-table.ts'
import type { InvitesTable } from './tables/invites-table.ts'
import type { JournalPositionsTable } from './tables/journal-positions-table.ts'
import type { LimitRulesTable } from './tables/limit-rules-table.ts'
import type { MessageBatchesTable } from './tables/message-batches-table.ts'
import type { PricesTable } from './tables/prices-table.ts'
import type { PromptVersionsTable } from './tables/prompt-versions-table.ts'
import type { PromptsTable } from './tables/prompts-table.ts'
import type { RequestsTable } from './tables/requests-table.ts'
import type { ServiceAccountWorkspacesTable } from './tables/service-account-workspaces-table.ts'
import type { ServiceAccountsTable } from './tables/service-accounts-table.ts'
import type { SessionsTable } from './tables/sessions-table.ts'
import type { SettingsTable } from './tables/settings-table.ts'
import type { SkillVersionsTable } from './tables/skill-versions-table.ts'
import type { SkillsTable } from './tables/skills-table.ts'
import type { SpendLimitsTable } from './tables/spend-limits-table.ts'
import type { StoredBytesTable } from './tables/stored-bytes-table.ts'
import type { UsageHoursTable } from './tables/usage-hours-table.ts'
import type { UsersTable } from './tables/users-table.ts'
import type { WorkspaceMembersTable } from './tables/workspace-members-table.ts'
import type { WorkspacesTable } from './tables/workspaces-table.ts'

/** Every table, as Kysely sees it: camelCase here is snake_case in the database. */
export interface Database {
  settings: SettingsTable
  changes: ChangesTable
  instances: InstancesTable
  duties: DutiesTable
  users: UsersTable
  invites: InvitesTable
  sessions: SessionsTable
  failedLogins: FailedLoginsTable
  serviceAccounts: ServiceAccountsTable
  serviceAccountWorkspaces: ServiceAccountWorkspacesTable
  workspaces: WorkspacesTable
  workspaceMembers: WorkspaceMembersTable
  apiKeys: ApiKeysTable
  limitRules: LimitRulesTable
  spendLimits: SpendLimitsTable
  buckets: BucketsTable
  counters: CountersTable
  prices: PricesTable
  requests: RequestsTable
  usageHours: UsageHoursTable
  journalPositions: JournalPositionsTable
  messageBatches: MessageBatchesTable
  batchRequests: BatchRequestsTable
  blobs: BlobsTable
  storedBytes: StoredBytesTable
  files: FilesTable
  skills: SkillsTable
  skillVersions: SkillVersionsTable
  prompts: PromptsTable
  promptVersions: PromptVersionsTable
  auditEvents: AuditEventsTable
}
