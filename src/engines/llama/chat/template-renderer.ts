import { Template } from '@huggingface/jinja'
import type { Tool } from '../../../completion/tool.ts'
import { isJsonObject } from '../../../util/json-object.ts'
import type { AuthorEncoding } from './author-encoding.ts'
import { EncodedKeyMap } from './encoded-key-map.ts'
import type { RenderBudget } from './render-budget.ts'
import { templateGlobals } from './template-globals.ts'
import { TemplateInterpreter } from './template-interpreter.ts'
import { type TemplateMessage, toolAsFunction } from './template-messages.ts'
import { listValue, mappingValue, plainValue, type TemplateValue, textValue } from './template-value.ts'

/** Special tokens that a template may write. */
export interface TemplateTexts {
  readonly beginningOfSequence: string
  readonly endOfSequence: string
}

export interface RenderOptions {
  /** Whether the start of the assistant's next turn follows the messages. */
  readonly addsGenerationPrompt: boolean
  readonly tools: readonly Tool[]
  readonly isThinkingEnabled: boolean
  /** Variables that only some templates use. */
  readonly extras: Readonly<Record<string, unknown>>
  /** The encoding of the texts of messages and tools. */
  readonly code: AuthorEncoding
  readonly budget: RenderBudget
}

/** Variables that some templates require, given only to a template that fails without them. */
export function requiredVariables(): Readonly<Record<string, unknown>> {
  const today = new Date().toISOString().slice(0, 10)
  return { tools: [], documents: [], available_tools: [], functions: '', datetime: today }
}

/** A Jinja template with the conventional variables of chat templates. */
export class TemplateRenderer {
  readonly source: string
  readonly #template: Template
  readonly #texts: TemplateTexts

  /** @throws Error when the template cannot be parsed */
  constructor(source: string, texts: TemplateTexts) {
    this.source = source
    this.#texts = texts
    this.#template = new Template(source)
  }

  /**
   * @returns the encoded text
   * @throws RenderBudgetError when the template takes too many steps
   * @throws Error when the template refuses or cannot render the messages
   */
  render(messages: readonly TemplateMessage[], options: RenderOptions): string {
    const { code, budget } = options
    const scope = templateGlobals(budget)
    const variables = this.variables(messages, options)
    for (const [name, value] of Object.entries(variables)) scope.setVariable(name, toValue(value, code))
    return new TemplateInterpreter(scope, code, budget).run(this.#template.parsed).toString()
  }

  /** What a template is given, as JSON. */
  variables(
    messages: readonly TemplateMessage[],
    { addsGenerationPrompt, tools, isThinkingEnabled, extras }: Omit<RenderOptions, 'code' | 'budget'>,
  ): Record<string, unknown> {
    return {
      messages,
      add_generation_prompt: addsGenerationPrompt,
      bos_token: this.#texts.beginningOfSequence,
      eos_token: this.#texts.endOfSequence,
      ...this.#thinkingVariables(isThinkingEnabled),
      ...extras,
      // Many templates describe tools even if the list is empty.
      ...(tools.length === 0 ? {} : this.#toolVariables(tools.map(toolAsFunction))),
    }
  }

  /** Some templates take a text instead of a list. */
  #toolVariables(tools: readonly object[]): Record<string, unknown> {
    const takesText = !/\btools\b/.test(this.source) && /\bfunctions\b/.test(this.source)
    return takesText ? { tools, functions: JSON.stringify(tools) } : { tools }
  }

  /** Templates disagree on the variable that enables thinking: set all of them. */
  #thinkingVariables(isThinkingEnabled: boolean): Record<string, unknown> {
    const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(this.source)
    return {
      enable_thinking: isThinkingEnabled,
      ...(uses('thinking') ? { thinking: isThinkingEnabled } : {}),
      ...(uses('reasoning_effort') && !isThinkingEnabled ? { reasoning_effort: 'low' } : {}),
      ...(uses('thinking_budget') && !isThinkingEnabled ? { thinking_budget: 0 } : {}),
    }
  }
}

function toValue(value: unknown, code: AuthorEncoding): TemplateValue {
  if (typeof value === 'string') return textValue(value)
  if (Array.isArray(value)) return listValue(value.map((item) => toValue(item, code)))
  if (!isJsonObject(value)) return plainValue(value as number | boolean | null | undefined)
  const entries = Object.entries(value).map(([key, item]) => [key, toValue(item, code)] as const)
  const isPlain = entries.every(([key]) => code.decode(key) === key)
  return mappingValue(isPlain ? new Map(entries) : new EncodedKeyMap(code, entries))
}
