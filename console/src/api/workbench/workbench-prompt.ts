/** Which of the two APIs a prompt is sent to; `both` shows them next to each other. */
export type PromptApi = 'messages' | 'complete' | 'both'

/** A file that a turn has beside its text. */
export interface Attachment {
  readonly name: string
  readonly mediaType: string
  /** In base64; the text itself for a text file. */
  readonly data: string
}

export interface Turn {
  /** Stays the same while turns are added and taken away. */
  readonly id: number
  readonly role: 'user' | 'assistant'
  readonly text: string
  readonly attachments: readonly Attachment[]
}

/** How a prompt is sampled. Empty texts leave a value to the server. */
export interface PromptSettings {
  readonly maxTokens: string
  readonly temperature: string
  readonly topP: string
  readonly topK: string
  /** One a line. */
  readonly stopSequences: string
  /** Tokens of thinking; empty for none. */
  readonly thinkingTokens: string
}

/** Everything that the Workbench can edit, run, save and turn into code. */
export interface WorkbenchPrompt {
  readonly api: PromptApi
  readonly model: string
  /** A second model for the same prompt; empty for none. */
  readonly otherModel: string
  readonly system: string
  readonly turns: readonly Turn[]
  /** Of Text Completions. */
  readonly text: string
  /** A JSON list; empty for none. */
  readonly tools: string
  /** `auto`, `any`, `none`, or the name of a tool. */
  readonly toolChoice: string
  /** A JSON schema; empty for none. */
  readonly schema: string
  readonly settings: PromptSettings
  /** Values of variables, one row a case. */
  readonly values: readonly Readonly<Record<string, string>>[]
}

export const EMPTY_SETTINGS: PromptSettings = {
  ...{ maxTokens: '1024', temperature: '', topP: '', topK: '', stopSequences: '', thinkingTokens: '' },
}

export const EMPTY_PROMPT: WorkbenchPrompt = {
  ...{ api: 'messages', model: '', otherModel: '', system: '', tools: '', toolChoice: 'auto', schema: '' },
  turns: [{ id: 1, role: 'user', text: '', attachments: [] }],
  text: '\n\nHuman: \n\nAssistant:',
  settings: EMPTY_SETTINGS,
  values: [{}],
}

/** Reads a prompt that was stored, perhaps by another version: what it does not have is as in an empty one. */
export function readPrompt(stored: unknown): WorkbenchPrompt {
  if (typeof stored !== 'object' || stored === null) return EMPTY_PROMPT
  const given = stored as Partial<Record<keyof WorkbenchPrompt, unknown>>
  const text = (
    name: keyof WorkbenchPrompt & ('model' | 'system' | 'text' | 'tools' | 'schema' | 'otherModel'),
  ) => (typeof given[name] === 'string' ? given[name] : EMPTY_PROMPT[name])
  const turns = Array.isArray(given.turns) ? given.turns.flatMap(readTurn) : []
  const values = Array.isArray(given.values) ? given.values.flatMap(readValues) : []
  return {
    api: given.api === 'complete' || given.api === 'both' ? given.api : 'messages',
    ...{ model: text('model'), otherModel: text('otherModel'), system: text('system'), text: text('text') },
    ...{ tools: text('tools'), schema: text('schema') },
    toolChoice: typeof given.toolChoice === 'string' ? given.toolChoice : 'auto',
    turns: turns.length === 0 ? EMPTY_PROMPT.turns : turns,
    settings: { ...EMPTY_SETTINGS, ...onlyTexts(given.settings) },
    values: values.length === 0 ? [{}] : values,
  }
}

function readTurn(stored: unknown, index: number): readonly Turn[] {
  if (typeof stored !== 'object' || stored === null) return []
  const { role, text, attachments } = stored as Partial<Turn>
  const files = Array.isArray(attachments) ? attachments.filter(isAttachment) : []
  return [
    {
      id: index + 1,
      role: role === 'assistant' ? role : 'user',
      text: typeof text === 'string' ? text : '',
      attachments: files,
    },
  ]
}

function isAttachment(stored: unknown): stored is Attachment {
  const { name, mediaType, data } = (stored ?? {}) as Partial<Attachment>
  return [name, mediaType, data].every((value) => typeof value === 'string')
}

function readValues(stored: unknown): readonly Readonly<Record<string, string>>[] {
  return typeof stored === 'object' && stored !== null ? [onlyTexts(stored)] : []
}

function onlyTexts(stored: unknown): Readonly<Record<string, string>> {
  if (typeof stored !== 'object' || stored === null) return {}
  return Object.fromEntries(Object.entries(stored).filter(([, value]) => typeof value === 'string'))
}
