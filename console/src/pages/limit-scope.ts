/** Whom a limit is for. An id of null means each one of its kind. */
export interface LimitScope {
  readonly type: 'organization' | 'workspace' | 'user' | 'api_key'
  readonly workspaceId?: string | null
  readonly userId?: string | null
  readonly apiKeyId?: string | null
}

/** A scope out of a form: its kind, and the id that the kind needs. */
export function scopeOf(type: LimitScope['type'], id: string): LimitScope {
  if (type === 'workspace') return { type, workspaceId: id }
  if (type === 'api_key') return { type, apiKeyId: id }
  if (type === 'user') return { type, userId: id }
  return { type }
}

/** Whom a limit is for, in words. */
export function describeScope({ type, ...ids }: LimitScope): string {
  if (type === 'organization') return 'The organization'
  const [id = null] = Object.values(ids)
  const kind = type.replaceAll('_', ' ').replace('api', 'API')
  return id === null ? `Each ${kind}` : `${kind[0]?.toUpperCase()}${kind.slice(1)} ${id}`
}
