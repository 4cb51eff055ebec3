import { createInstances } from './0001-instances.ts'
import { createAccounts } from './0002-accounts.ts'
import { createLimitsAndUsage } from './0003-limits-and-usage.ts'
import { createMessageBatches } from './0004-message-batches.ts'
import { createFilesAndPrompts } from './0005-files-and-prompts.ts'
import { createBlobs } from './0006-blobs.ts'
import { addSkillInstructions } from './0007-skill-instructions.ts'
import { extendBatches } from './0008-batches.ts'
import { createFailedLogins } from './0009-failed-logins.ts'
import type { StateMigration } from './state-migration.ts'

/** The whole history of the tables. */
export const MIGRATIONS: readonly StateMigration[] = [
  createInstances,
  createAccounts,
  createLimitsAndUsage,
  createMessageBatches,
  createFilesAndPrompts,
  createBlobs,
  addSkillInstructions,
  extendBatches,
  createFailedLogins,
]
