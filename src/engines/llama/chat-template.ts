import { Template } from '@huggingface/jinja'
import { CompletionError } from '../../completion/completion-error.ts'
import { conversationPrompt } from '../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../completion/engine-load-error.ts'
import { type Prompt, TEXT_ALONE } from '../../completion/prompt.ts'
import { type Turn, textTurn, turnText } from '../../completion/turn.ts'

/**
 * Some templates look into lists that they expect to be there. They are given only to a template that fails without
 * them: to many an empty list of tools means that tools are to be explained.
 */
const NOTHING_TO_USE = { tools: [], documents: [], available_tools: [], functions: '', datetime: '' }

/** The plainest of all prompts. */
const PROBE = conversationPrompt({
  systemText: '',
  turns: [textTurn('human', 'Hello')],
  prefill: '',
  ...TEXT_ALONE,
})

interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
}

/** The texts that a template may ask for. */
export interface TemplateTexts {
  readonly beginningOfSequence: string
  readonly endOfSequence: string
}

/** A model's own form of a conversation, a Jinja template out of its file. */
export class ChatTemplate {
  readonly #template: Template
  readonly #texts: TemplateTexts

  /** @throws EngineLoadError when the template cannot be read, or not even renders a question */
  constructor(source: string, texts: TemplateTexts) {
    this.#texts = texts
    try {
      this.#template = new Template(source)
      this.render(PROBE)
    } catch (error) {
      const { message } = (error instanceof CompletionError ? error.cause : error) as Error
      throw new EngineLoadError(
        `The model's chat template cannot be used (${message}): use --format raw to send prompts verbatim.`,
      )
    }
  }

  /**
   * Renders a prompt up to the place where the completion begins.
   *
   * @throws CompletionError `invalid-request` when the template refuses this conversation in every form
   */
  render(prompt: Prompt): string {
    let refusal: unknown
    for (const extras of [{}, NOTHING_TO_USE]) {
      for (const messages of forms(prompt)) {
        try {
          return this.#renderMessages(messages, prompt.prefill, extras)
        } catch (error) {
          refusal ??= error
        }
      }
    }
    throw new CompletionError(
      'invalid-request',
      `prompt: the model's chat template refuses it: ${(refusal as Error).message}`,
      { cause: refusal },
    )
  }

  #renderMessages(messages: readonly Message[], prefill: string, extras: object): string {
    if (prefill === '') return this.#renderTemplate(messages, true, extras)
    // Rendered as a finished turn and cut off behind its text, so that whatever the template puts before it is there.
    const finished = this.#renderTemplate(
      [...messages, { role: 'assistant', content: prefill }],
      false,
      extras,
    )
    const start = finished.lastIndexOf(prefill)
    if (start !== -1) return finished.slice(0, start + prefill.length)
    return this.#renderTemplate(messages, true, extras) + prefill
  }

  #renderTemplate(messages: readonly Message[], addGenerationPrompt: boolean, extras: object): string {
    return this.#template.render({
      messages,
      add_generation_prompt: addGenerationPrompt,
      bos_token: this.#texts.beginningOfSequence,
      eos_token: this.#texts.endOfSequence,
      // Text Completions has no place for thoughts: models that can leave them out shall.
      enable_thinking: false,
      ...extras,
    })
  }
}

/** The conversation as it came, then in forms that stricter templates accept. */
function* forms(prompt: Prompt): Generator<Message[]> {
  const { systemText, turns } = prompt
  yield withSystem(systemText, turns)
  yield withoutSystem(systemText, turns)
  const alternating = mergeNeighbours(turns)
  yield withSystem(systemText, alternating)
  yield withoutSystem(systemText, alternating)
}

function withSystem(systemText: string, turns: readonly Turn[]): Message[] {
  const messages = turns.map(toMessage)
  return systemText === '' ? messages : [{ role: 'system', content: systemText }, ...messages]
}

/** Some templates know no system role: its text goes in front of the first human turn. */
function withoutSystem(systemText: string, turns: readonly Turn[]): Message[] {
  const [first, ...rest] = turns.map(toMessage)
  if (!first || systemText === '') return turns.map(toMessage)
  return [{ role: first.role, content: `${systemText}\n\n${first.content}` }, ...rest]
}

/** Some templates insist that the roles alternate. */
function mergeNeighbours(turns: readonly Turn[]): Turn[] {
  const merged: Turn[] = []
  for (const turn of turns) {
    const last = merged.at(-1)
    if (last?.role === turn.role) {
      merged[merged.length - 1] = textTurn(turn.role, `${turnText(last)}\n\n${turnText(turn)}`)
    } else {
      merged.push(turn)
    }
  }
  return merged
}

function toMessage(turn: Turn): Message {
  return { role: turn.role === 'human' ? 'user' : 'assistant', content: turnText(turn) }
}
