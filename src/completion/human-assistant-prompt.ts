import { CompletionError } from './completion-error.ts'
import { type Prompt, TEXT_ONLY } from './prompt.ts'
import { type Turn, textTurn, turnText } from './turn.ts'

/** Starts a user turn; also the built-in stop sequence. */
export const HUMAN_MARKER = '\n\nHuman:'
export const ASSISTANT_MARKER = '\n\nAssistant:'

/** Both markers as `literalNewlineMarkers` means them. */
const LITERAL_MARKERS = ['\\n\\nHuman:', '\\n\\nAssistant:']

/** Most turns of a prompt: as many as `/v1/messages` takes messages. The API names no limit for texts. */
export const MAX_TURNS = 100_000

/** Two choices where real clients differ. */
export interface PromptRules {
  /**
   * Official TypeScript SDKs 0.61 to 0.137 export both markers with a backslash and an `n` in place of each newline.
   * `true` reads those as markers in a prompt that is not valid without them; `false` refuses them.
   */
  readonly literalNewlineMarkers: boolean
  /** The wording of the start error: `short` until early 2024, `long` since. */
  readonly startErrorFormat: 'short' | 'long'
}

const START_ERRORS = {
  short: `prompt must start with "${HUMAN_MARKER}" turn`,
  long: `prompt must start with "${HUMAN_MARKER}" turn after an optional system prompt`,
}
const END_ERROR = `prompt must end with "${ASSISTANT_MARKER}" turn`

/**
 * Reads a prompt of the form `system text, \n\nHuman: …, \n\nAssistant: …`.
 *
 * @throws CompletionError `invalid-prompt` when it does not start with a user turn or does not end with an assistant
 *   turn; one message names both errors
 * @see the API's page on prompt validation
 */
export function parsePrompt(text: string, rules: PromptRules): Prompt {
  const sanitised = sanitise(text)
  const errors = turnErrors(sanitised, rules)
  if (errors.length === 0) return readTurns(sanitised)
  if (rules.literalNewlineMarkers) {
    // Only a prompt that is not valid as it stands is read again, so that no valid prompt is ever changed.
    checkTurnCount(text, LITERAL_MARKERS)
    const translated = sanitise(text.replace(/\\n\\n(Human|Assistant):/g, '\n\n$1:'))
    if (turnErrors(translated, rules).length === 0) return readTurns(translated)
  }
  throw new CompletionError('invalid-prompt', errors.join(', '))
}

/** Removes white space at the end, and puts the two newlines of a marker before a first line `Human:`. */
function sanitise(text: string): string {
  const withoutEnd = text.trimEnd()
  const start = withoutEnd.trimStart()
  return start.startsWith('Human:') ? `\n\n${start}` : withoutEnd
}

function turnErrors(text: string, rules: PromptRules): string[] {
  const firstUser = text.indexOf(HUMAN_MARKER)
  const firstAssistant = text.indexOf(ASSISTANT_MARKER)
  const errors: string[] = []
  if (firstUser === -1 || (firstAssistant !== -1 && firstAssistant < firstUser)) {
    errors.push(START_ERRORS[rules.startErrorFormat])
  }
  if (firstAssistant === -1 || text.lastIndexOf(HUMAN_MARKER) > text.lastIndexOf(ASSISTANT_MARKER)) {
    errors.push(END_ERROR)
  }
  return errors
}

/**
 * Counts markers before the text is split at them: a prompt may contain millions.
 *
 * @throws CompletionError `invalid-prompt`
 */
function checkTurnCount(text: string, markers: readonly string[]): void {
  let turns = 0
  for (const marker of markers) {
    for (let at = text.indexOf(marker); at !== -1; at = text.indexOf(marker, at + marker.length)) {
      turns += 1
      if (turns <= MAX_TURNS) continue
      throw new CompletionError('invalid-prompt', `prompt should have at most ${MAX_TURNS} turns`)
    }
  }
}

function readTurns(text: string): Prompt {
  checkTurnCount(text, [HUMAN_MARKER, ASSISTANT_MARKER])
  const [systemText = '', ...parts] = text.split(/\n\n(?=Human:|Assistant:)/)
  const turns = parts.map(readTurn)
  const last = turns.pop()
  const prefill = last === undefined ? '' : turnText(last)
  return { kind: 'text', text, systemText: systemText.trim(), turns, prefill, ...TEXT_ONLY }
}

function readTurn(part: string): Turn {
  const role = part.startsWith('Human:') ? 'user' : 'assistant'
  return textTurn(role, part.slice(part.indexOf(':') + 1).trim())
}
