import { Template } from '@huggingface/jinja'
import type { Tool } from '../../../completion/tool.ts'
import type { TemplateMessage } from './template-messages.ts'

/** The texts that a template may ask for. */
export interface TemplateTexts {
  readonly beginningOfSequence: string
  readonly endOfSequence: string
}

/** What is rendered beside the messages. */
export interface RenderOptions {
  /** Whether the beginning of the assistant's next turn is written behind the messages. */
  readonly addsGenerationPrompt: boolean
  readonly tools: readonly Tool[]
  readonly thinks: boolean
  /** Variables that only some templates know. */
  readonly extras: Readonly<Record<string, unknown>>
}

/** A Jinja template with the variables that chat templates are given by convention. */
export class TemplateRenderer {
  readonly source: string
  readonly #template: Template
  readonly #texts: TemplateTexts

  /** @throws Error when the template cannot be read */
  constructor(source: string, texts: TemplateTexts) {
    this.source = source
    this.#texts = texts
    this.#template = new Template(source)
  }

  /** @throws Error when the template refuses the messages, or cannot do with them */
  render(messages: readonly TemplateMessage[], options: RenderOptions): string {
    const { addsGenerationPrompt, tools, thinks, extras } = options
    return this.#template.render({
      messages,
      add_generation_prompt: addsGenerationPrompt,
      bos_token: this.#texts.beginningOfSequence,
      eos_token: this.#texts.endOfSequence,
      ...this.#thinkingSwitches(thinks),
      ...extras,
      // To many templates an empty list means that tools are to be explained.
      ...(tools.length === 0 ? {} : { tools: tools.map(toolAsFunction) }),
    })
  }

  /** Whether a template thinks is told to it in many ways. */
  #thinkingSwitches(thinks: boolean): Record<string, unknown> {
    const knows = (name: string) => new RegExp(`\\b${name}\\b`).test(this.source)
    return {
      enable_thinking: thinks,
      ...(knows('thinking') ? { thinking: thinks } : {}),
      ...(knows('reasoning_effort') && !thinks ? { reasoning_effort: 'low' } : {}),
      ...(knows('thinking_budget') && !thinks ? { thinking_budget: 0 } : {}),
    }
  }
}

function toolAsFunction({ name, description, inputSchema }: Tool): object {
  return { type: 'function', function: { name, description: description ?? '', parameters: inputSchema } }
}
