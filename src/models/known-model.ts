/** A model of the Claude API: one snapshot and its aliases. */
export interface KnownModel {
  /** The snapshot's id, which responses name. */
  readonly id: string
  readonly displayName: string
  /** RFC 3339; the epoch where no release date was published. */
  readonly createdAt: string
  /** The day on which the Claude API itself stops serving it, `YYYY-MM-DD`; null while none is announced. */
  readonly endOfLife: string | null
  /** Other ids that mean this snapshot. */
  readonly aliases: readonly string[]
  /** The API that this model was published for: the real `/v1/complete` refuses the ids of the Messages API. */
  readonly api: 'text-completions' | 'messages'
}

export const UNKNOWN_CREATION_DATE = '1970-01-01T00:00:00Z'
