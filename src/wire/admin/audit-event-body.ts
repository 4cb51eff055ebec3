import type { AuditEvent } from '../../accounts/audit.ts'
import { timeBody } from './list-body.ts'

/** A line of the audit trail. */
export function auditEventBody({ id, at, actorKind, actorId, action, subject, detail }: AuditEvent): object {
  return {
    type: 'audit_event',
    id,
    at: timeBody(at),
    actor: { type: actorKind.replaceAll('-', '_'), id: actorId === '' ? null : actorId },
    action,
    subject_id: subject,
    detail: snakeCased(JSON.parse(detail)),
  }
}

/** Field names as the API writes them. */
function snakeCased(detail: object): object {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      value,
    ]),
  )
}
