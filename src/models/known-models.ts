/** A model of the Claude API: one snapshot, with every other id under which it is asked for. */
export interface KnownModel {
  /** The snapshot's id: what an answer names. */
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

/** What `createdAt` says when nobody knows. */
export const UNKNOWN_CREATION_DATE = '1970-01-01T00:00:00Z'

/**
 * The models of the API's reference page, then those of the Text Completions era, newest first.
 *
 * @see the API's reference, "Completions": the `Model` type; the SDKs' lists of deprecated models
 */
export const KNOWN_MODELS: readonly KnownModel[] = [
  {
    id: 'claude-opus-4-5-20251101',
    displayName: 'Claude Opus 4.5',
    createdAt: '2025-11-24T00:00:00Z',
    endOfLife: null,
    aliases: ['claude-opus-4-5'],
    api: 'messages',
  },
  {
    id: 'claude-haiku-4-5-20251001',
    displayName: 'Claude Haiku 4.5',
    createdAt: '2025-10-15T00:00:00Z',
    endOfLife: null,
    aliases: ['claude-haiku-4-5'],
    api: 'messages',
  },
  {
    id: 'claude-sonnet-4-5-20250929',
    displayName: 'Claude Sonnet 4.5',
    createdAt: '2025-09-29T00:00:00Z',
    endOfLife: '2026-11-30',
    aliases: ['claude-sonnet-4-5'],
    api: 'messages',
  },
  {
    id: 'claude-opus-4-1-20250805',
    displayName: 'Claude Opus 4.1',
    createdAt: '2025-08-05T00:00:00Z',
    endOfLife: '2026-08-05',
    aliases: [],
    api: 'messages',
  },
  {
    id: 'claude-opus-4-20250514',
    displayName: 'Claude Opus 4',
    createdAt: '2025-05-22T00:00:00Z',
    endOfLife: '2026-06-15',
    aliases: ['claude-opus-4-0', 'claude-4-opus-20250514'],
    api: 'messages',
  },
  {
    id: 'claude-sonnet-4-20250514',
    displayName: 'Claude Sonnet 4',
    createdAt: '2025-05-22T00:00:00Z',
    endOfLife: '2026-06-15',
    aliases: ['claude-sonnet-4-0', 'claude-4-sonnet-20250514'],
    api: 'messages',
  },
  {
    id: 'claude-3-7-sonnet-20250219',
    displayName: 'Claude Sonnet 3.7',
    createdAt: '2025-02-24T00:00:00Z',
    endOfLife: '2026-02-19',
    aliases: ['claude-3-7-sonnet-latest'],
    api: 'messages',
  },
  {
    id: 'claude-3-5-haiku-20241022',
    displayName: 'Claude Haiku 3.5',
    createdAt: '2024-10-22T00:00:00Z',
    endOfLife: '2026-02-19',
    aliases: ['claude-3-5-haiku-latest'],
    api: 'messages',
  },
  {
    id: 'claude-3-haiku-20240307',
    displayName: 'Claude Haiku 3',
    createdAt: '2024-03-07T00:00:00Z',
    endOfLife: null,
    aliases: [],
    api: 'messages',
  },
  {
    id: 'claude-3-opus-20240229',
    displayName: 'Claude Opus 3',
    createdAt: '2024-02-29T00:00:00Z',
    endOfLife: '2026-01-05',
    aliases: ['claude-3-opus-latest'],
    api: 'messages',
  },
  {
    id: 'claude-2.1',
    displayName: 'Claude 2.1',
    createdAt: '2023-11-21T00:00:00Z',
    endOfLife: '2025-07-21',
    aliases: [],
    api: 'text-completions',
  },
  {
    id: 'claude-instant-1.2',
    displayName: 'Claude Instant 1.2',
    createdAt: '2023-08-09T00:00:00Z',
    endOfLife: '2024-11-06',
    aliases: ['claude-instant-1', 'claude-instant-v1'],
    api: 'text-completions',
  },
  {
    id: 'claude-2.0',
    displayName: 'Claude 2',
    createdAt: '2023-07-11T00:00:00Z',
    endOfLife: '2025-07-21',
    // The API's page on versions shows `claude-2` answered as `claude-2.0`, also after 2.1 came.
    aliases: ['claude-2'],
    api: 'text-completions',
  },
  {
    id: 'claude-1.3',
    displayName: 'Claude 1.3',
    createdAt: UNKNOWN_CREATION_DATE,
    endOfLife: '2024-11-06',
    aliases: ['claude-1', 'claude-v1', 'claude-v1.3'],
    api: 'text-completions',
  },
  {
    id: 'claude-1.3-100k',
    displayName: 'Claude 1.3 100k',
    createdAt: UNKNOWN_CREATION_DATE,
    endOfLife: '2024-11-06',
    aliases: ['claude-1-100k', 'claude-v1-100k', 'claude-v1.3-100k'],
    api: 'text-completions',
  },
  {
    id: 'claude-instant-1.1',
    displayName: 'Claude Instant 1.1',
    createdAt: UNKNOWN_CREATION_DATE,
    endOfLife: '2024-11-06',
    aliases: ['claude-instant-v1.1'],
    api: 'text-completions',
  },
  {
    id: 'claude-instant-1.1-100k',
    displayName: 'Claude Instant 1.1 100k',
    createdAt: UNKNOWN_CREATION_DATE,
    endOfLife: '2024-11-06',
    aliases: ['claude-instant-1-100k', 'claude-instant-v1-100k', 'claude-instant-v1.1-100k'],
    api: 'text-completions',
  },
  {
    id: 'claude-1.2',
    displayName: 'Claude 1.2',
    createdAt: UNKNOWN_CREATION_DATE,
    endOfLife: null,
    aliases: ['claude-v1.2'],
    api: 'text-completions',
  },
  {
    id: 'claude-1.0',
    displayName: 'Claude 1.0',
    createdAt: UNKNOWN_CREATION_DATE,
    endOfLife: null,
    aliases: ['claude-v1.0'],
    api: 'text-completions',
  },
  {
    id: 'claude-instant-1.0',
    displayName: 'Claude Instant 1.0',
    createdAt: UNKNOWN_CREATION_DATE,
    endOfLife: null,
    aliases: ['claude-instant-v1.0'],
    api: 'text-completions',
  },
]
