import * as z from 'zod'
import type { CompletionErrorCode } from '../completion/completion-error.ts'
import type { StopReason } from '../completion/completion-event.ts'

const count = z.int().min(0)
/** Where a piece of a text begins, in code units; when it came, in milliseconds; and how many tokens it is. */
const PIECES = z.array(z.tuple([count, count, count]))

const STOP_REASONS = [
  'stop-sequence',
  'max-tokens',
  'context-window',
  'end-of-generation',
  'tool-call',
  'refusal',
] as const satisfies readonly StopReason[]

/**
 * The failures that belong to a request: it would fail again. Others ask for patience, or concern the server that was asked,
 * and are not recorded.
 */
export const RECORDED_FAILURES = [
  'invalid-request',
  'invalid-prompt',
  'prompt-too-long',
  'engine-failed',
] as const satisfies readonly CompletionErrorCode[]

const LOGPROB = z.strictObject({
  text: z.string(),
  bytes: z.array(count).nullable(),
  logprob: z.number(),
})

const PART = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string(), pieces: PIECES }),
  z.strictObject({
    type: z.literal('thinking'),
    text: z.string(),
    pieces: PIECES,
    signature: z.string().optional(),
  }),
  z.strictObject({
    type: z.literal('tool-call'),
    id: z.string().nullable(),
    name: z.string(),
    startMs: count,
    startTokens: count,
    json: z.string(),
    pieces: PIECES,
  }),
  z.strictObject({
    type: z.literal('scored-tokens'),
    isOfPrompt: z.boolean(),
    atMs: count,
    tokens: z.array(
      LOGPROB.extend({ logprob: z.number().nullable(), top: z.array(LOGPROB), isControl: z.boolean() }),
    ),
  }),
])

/** A response as it is recorded. */
export const RECORDED_RESPONSE = z.strictObject({
  /** The kind of the prompt that it continues: the completion of a text starts with a space. */
  promptKind: z.enum(['text', 'conversation', 'raw']),
  parts: z.array(PART),
  usage: z
    .strictObject({
      promptTokens: count,
      reusedPromptTokens: count,
      cacheReadTokens: count.optional(),
      cacheWrite5mTokens: count.optional(),
      cacheWrite1hTokens: count.optional(),
    })
    .optional(),
  end: z
    .strictObject({
      atMs: count,
      stopReason: z.enum(STOP_REASONS),
      stopSequence: z.string().nullable(),
    })
    .optional(),
  failure: z.strictObject({ atMs: count, code: z.enum(RECORDED_FAILURES), message: z.string() }).optional(),
})

/** A response as it is recorded: its texts whole, beside the places and times of their pieces. */
export type RecordedResponse = z.infer<typeof RECORDED_RESPONSE>
/** A part of it, in the order of generation. */
export type RecordedReplyPart = RecordedResponse['parts'][number]
/** Where a piece begins, when it came, and its tokens. */
export type RecordedPiece = z.infer<typeof PIECES>[number]
