import { Template } from '@huggingface/jinja'
import type { Tool } from '../../../completion/tool.ts'
import { isJsonObject } from '../../../util/json-object.ts'
import type { AuthorEncoding } from './author-encoding.ts'
import { EncodedKeyMap } from './encoded-key-map.ts'
import type { RenderBudget } from './render-budget.ts'
import { templateGlobals } from './template-globals.ts'
import { TemplateInterpreter } from './template-interpreter.ts'
import type { TemplateMessage } from './template-messages.ts'
import { listValue, mappingValue, plainValue, type TemplateValue, textValue } from './template-value.ts'

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
  readonly isThinkingEnabled: boolean
  /** Variables that only some templates know. */
  readonly extras: Readonly<Record<string, unknown>>
  /** What the texts of messages and tools are encoded with. */
  readonly code: AuthorEncoding
  readonly budget: RenderBudget
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

  /**
   * @returns the text, encoded as what it was made of
   * @throws RenderBudgetError when it takes too much
   * @throws Error when the template refuses the messages, or cannot do with them
   */
  render(messages: readonly TemplateMessage[], options: RenderOptions): string {
    const { addsGenerationPrompt, tools, isThinkingEnabled, extras, code, budget } = options
    const scope = templateGlobals(budget)
    const variables = {
      messages,
      add_generation_prompt: addsGenerationPrompt,
      bos_token: this.#texts.beginningOfSequence,
      eos_token: this.#texts.endOfSequence,
      ...this.#thinkingSwitches(isThinkingEnabled),
      ...extras,
      // To many templates an empty list means that tools are to be explained.
      ...(tools.length === 0 ? {} : { tools: tools.map(toolAsFunction) }),
    }
    for (const [name, value] of Object.entries(variables)) scope.setVariable(name, toValue(value, code))
    return new TemplateInterpreter(scope, code, budget).run(this.#template.parsed).toString()
  }

  /** Whether a template thinks is told to it in many ways. */
  #thinkingSwitches(isThinkingEnabled: boolean): Record<string, unknown> {
    const knows = (name: string) => new RegExp(`\\b${name}\\b`).test(this.source)
    return {
      enable_thinking: isThinkingEnabled,
      ...(knows('thinking') ? { thinking: isThinkingEnabled } : {}),
      ...(knows('reasoning_effort') && !isThinkingEnabled ? { reasoning_effort: 'low' } : {}),
      ...(knows('thinking_budget') && !isThinkingEnabled ? { thinking_budget: 0 } : {}),
    }
  }
}

function toolAsFunction({ name, description, inputSchema }: Tool): object {
  return { type: 'function', function: { name, description: description ?? '', parameters: inputSchema } }
}

function toValue(value: unknown, code: AuthorEncoding): TemplateValue {
  if (typeof value === 'string') return textValue(value)
  if (Array.isArray(value)) return listValue(value.map((item) => toValue(item, code)))
  if (!isJsonObject(value)) return plainValue(value as number | boolean | null | undefined)
  const entries = Object.entries(value).map(([key, item]) => [key, toValue(item, code)] as const)
  const isPlain = entries.every(([key]) => code.decode(key) === key)
  return mappingValue(isPlain ? new Map(entries) : new EncodedKeyMap(code, entries))
}
