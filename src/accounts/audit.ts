import type { Kysely } from 'kysely'
import type { Database } from '../state/database.ts'
import type { Page } from '../state/page.ts'
import type { State } from '../state/state.ts'
import { storableText } from '../state/storable-text.ts'
import type { AuditEventsTable } from '../state/tables/audit-events-table.ts'
import { newAccountId } from './account-id.ts'
import type { Actor } from './actor.ts'
import { type ListRequest, readListPage } from './list-request.ts'

/** Who changed what, as it is stored. */
export type AuditEvent = AuditEventsTable

export interface NewAuditEvent {
  readonly at: number
  readonly actor: Actor
  /** Such as `workspace.archive`. */
  readonly action: string
  /** The id of what was changed. */
  readonly subject: string
  /** What it was changed to, without secrets. */
  readonly detail: object
}

export async function recordAuditEvent(db: Kysely<Database>, event: NewAuditEvent): Promise<void> {
  const { at, actor, action, subject, detail } = event
  await db
    .insertInto('auditEvents')
    .values({
      id: newAccountId('audit'),
      at,
      actorKind: actor.kind,
      actorId: actor.id,
      action,
      subject,
      detail: storableText(JSON.stringify(detail)),
    })
    .execute()
}

/** The audit trail, the newest first. */
export function listAuditEvents({ db }: State, request: ListRequest): Promise<Page<AuditEvent>> {
  return readListPage(
    db,
    db.selectFrom('auditEvents').selectAll(),
    { table: 'auditEvents', at: 'at', kind: 'audit event' },
    request,
  )
}
