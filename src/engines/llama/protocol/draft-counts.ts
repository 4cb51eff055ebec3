/** Where draft tokens come from: what the sequence holds already, or a draft model. */
export const DRAFT_SOURCES = ['prompt-lookup', 'draft-model'] as const

export type DraftSource = (typeof DRAFT_SOURCES)[number]

/** How many draft tokens were evaluated, and how many of them accepted. */
export interface DraftCounts {
  readonly source: DraftSource
  readonly draftTokens: number
  readonly acceptedTokens: number
}
