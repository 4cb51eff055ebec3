import * as z from 'zod'

/** Most patterns of a section. */
const MAX_PATTERNS = 100

const PATTERN = z.strictObject({
  pattern: z
    .string()
    .min(1)
    .refine(isRegularExpression, 'Input should be a regular expression of JavaScript')
    .describe('A regular expression of JavaScript; every match is replaced.'),
  replacement: z.string().describe('What stands in place of a match.').default('<…>'),
})

/** What every section with recordings may set. */
const SHARED_FIELDS = {
  folder: z
    .string()
    .min(1)
    .describe('The folder of the recordings. In a configuration file, a relative path starts there.'),
  pace: z
    .union([z.enum(['none', 'recorded']), z.number().min(0).max(100)])
    .describe(
      'How fast a recording is played: "none", at once; "recorded", as it was; or a factor, so that 0.5 takes half the time.',
    )
    .default('none'),
  repeat: z
    .enum(['last', 'cycle', 'refuse'])
    .describe(
      'What is played when a request is sent more often than it was recorded: "last", the last recording; "cycle", all from the first; "refuse", none.',
    )
    .default('last'),
  keyedBy: z
    .array(z.enum(['maxTokens', 'sampling']))
    .describe(
      'What else a request must have in common with its recording, besides model, turns, tools, schema, thinking and stop sequences.',
    )
    .default([]),
  normalize: z
    .array(PATTERN)
    .max(MAX_PATTERNS)
    .describe(
      'Texts of requests that differ from run to run, in addition to dates, ids and temporary folders.',
    )
    .default([]),
  redact: z
    .array(PATTERN)
    .max(MAX_PATTERNS)
    .describe('Texts that no recording may hold, in addition to API keys and home folders.')
    .default([]),
}

/** The recordings of an engine. */
export const RECORDING_SCHEMA = z.strictObject({
  mode: z
    .enum(['replay', 'record', 'record-missing'])
    .describe(
      '"replay" plays recordings and opens no engine; "record" asks the engine and records; "record-missing" records only what was not recorded before. CONTINUO_RECORDING takes precedence.',
    )
    .default('replay'),
  ...SHARED_FIELDS,
})

/** The section of an engine that only plays recordings. */
export const REPLAY_SETTINGS_SCHEMA = z.strictObject({
  kind: z.literal('replay').describe('Recordings, played without a model.'),
  model: z.string().min(1).describe('A model id by which clients may ask for it.').default('replay'),
  ...SHARED_FIELDS,
})

/** The section `recording` of an engine. */
export type RecordingSection = z.infer<typeof RECORDING_SCHEMA>

/** How requests are recorded and played. */
export type RecordingSettings = Omit<RecordingSection, 'mode'>

/** Whether recordings are made, played, or both. */
export type RecordingMode = RecordingSection['mode']

function isRegularExpression(text: string): boolean {
  try {
    new RegExp(text, 'gu')
    return true
  } catch {
    return false
  }
}
