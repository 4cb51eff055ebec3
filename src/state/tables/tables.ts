import type { Database } from '../database.ts'
import { API_KEYS } from './api-keys-table.ts'
import { AUDIT_EVENTS } from './audit-events-table.ts'
import { BATCH_REQUESTS } from './batch-requests-table.ts'
import { BLOBS } from './blobs-table.ts'
import { BUCKETS } from './buckets-table.ts'
import { CHANGES } from './changes-table.ts'
import { COUNTERS } from './counters-table.ts'
import { DUTIES } from './duties-table.ts'
import { FAILED_LOGINS } from './failed-logins-table.ts'
import { FILES } from './files-table.ts'
import { INSTANCES } from './instances-table.ts'
import { INVITES } from './invites-table.ts'
import { JOURNAL_POSITIONS } from './journal-positions-table.ts'
import { LIMIT_RULES } from './limit-rules-table.ts'
import { MESSAGE_BATCHES } from './message-batches-table.ts'
import { PRICES } from './prices-table.ts'
import { PROMPT_VERSIONS } from './prompt-versions-table.ts'
import { PROMPTS } from './prompts-table.ts'
import { REQUESTS } from './requests-table.ts'
import { SERVICE_ACCOUNT_WORKSPACES } from './service-account-workspaces-table.ts'
import { SERVICE_ACCOUNTS } from './service-accounts-table.ts'
import { SESSIONS } from './sessions-table.ts'
import { SETTINGS } from './settings-table.ts'
import { SKILL_VERSIONS } from './skill-versions-table.ts'
import { SKILLS } from './skills-table.ts'
import { SPEND_LIMITS } from './spend-limits-table.ts'
import { STORED_BYTES } from './stored-bytes-table.ts'
import type { TableShape } from './table-shape.ts'
import { USAGE_HOURS } from './usage-hours-table.ts'
import { USERS } from './users-table.ts'
import { WORKSPACE_MEMBERS } from './workspace-members-table.ts'
import { WORKSPACES } from './workspaces-table.ts'

/** Every table, in the order in which a copy fills them. */
export const TABLES: { readonly [Table in keyof Database]: TableShape<Database[Table]> } = {
  settings: SETTINGS,
  changes: CHANGES,
  instances: INSTANCES,
  duties: DUTIES,
  users: USERS,
  invites: INVITES,
  sessions: SESSIONS,
  failedLogins: FAILED_LOGINS,
  serviceAccounts: SERVICE_ACCOUNTS,
  serviceAccountWorkspaces: SERVICE_ACCOUNT_WORKSPACES,
  workspaces: WORKSPACES,
  workspaceMembers: WORKSPACE_MEMBERS,
  apiKeys: API_KEYS,
  limitRules: LIMIT_RULES,
  spendLimits: SPEND_LIMITS,
  buckets: BUCKETS,
  counters: COUNTERS,
  prices: PRICES,
  requests: REQUESTS,
  usageHours: USAGE_HOURS,
  journalPositions: JOURNAL_POSITIONS,
  messageBatches: MESSAGE_BATCHES,
  batchRequests: BATCH_REQUESTS,
  blobs: BLOBS,
  storedBytes: STORED_BYTES,
  files: FILES,
  skills: SKILLS,
  skillVersions: SKILL_VERSIONS,
  prompts: PROMPTS,
  promptVersions: PROMPT_VERSIONS,
  auditEvents: AUDIT_EVENTS,
}
