import type { CompletionEvent } from '../completion/completion-event.ts'
import type { CompletionRequest } from '../completion/completion-request.ts'
import { TokenCounts } from '../completion/token-counts.ts'
import type { InputUsage } from '../conversation/input-usage.ts'
import type { UsageRecord } from '../usage/usage-record.ts'
import { ChoicesAccount } from './choices-account.ts'
import { type ServingDependencies, type ServingRequest, serveCompletion } from './serve-completion.ts'
import type { Served, ServedCompletion } from './served-completion.ts'

/** Most completions of one response that are generated at the same time: other requests get their turn between them. */
export const MAX_CHOICES_AT_ONCE = 4

/** A request for several completions. */
export interface ChoicesRequest {
  readonly servingRequest: ServingRequest
  /** At least one. Those of one prompt follow each other. */
  readonly choices: readonly CompletionRequest[]
  /** How many completions each prompt has: its tokens are counted once. */
  readonly choicesPerPrompt: number
}

/**
 * Serves several completions as one response, a few at a time. They are admitted together, before any is generated, and
 * recorded together.
 *
 * @throws CompletionError as `serveCompletion`, for the first one
 */
export async function serveChoices(
  request: ChoicesRequest,
  signal: AbortSignal,
  dependencies: ServingDependencies,
): Promise<Served> {
  const { servingRequest, choices } = request
  const account = new ChoicesAccount({
    requestId: servingRequest.requestId,
    prompts: choices.map(({ prompt }) => prompt.text),
    choicesPerPrompt: request.choicesPerPrompt,
    signal,
    dependencies,
  })
  const begin = (index: number): Promise<ServedCompletion> => {
    const choice = choices[index]
    if (choice === undefined) throw new Error(`there is no choice ${index}`)
    const requestId = index === 0 ? servingRequest.requestId : `${servingRequest.requestId}_${index}`
    return serveCompletion(
      { ...servingRequest, requestId, input: { request: choice } },
      signal,
      account.dependenciesOf(index),
    )
  }
  return new ServedChoices(await begin(0), begin, request, account)
}

/** More of one of the completions. */
interface ChoiceStep {
  readonly index: number
  readonly iterator: AsyncIterator<readonly CompletionEvent[]>
  readonly events: readonly CompletionEvent[]
}

class ServedChoices implements Served {
  readonly appliedEdits = null
  readonly events: AsyncGenerator<readonly CompletionEvent[]>
  readonly #request: ChoicesRequest
  readonly #begin: (index: number) => Promise<ServedCompletion>
  readonly #first: ServedCompletion
  readonly #served: Map<number, ServedCompletion>
  readonly #account: ChoicesAccount
  #isClosed = false
  readonly #counts = new Map<number, TokenCounts>()
  readonly #iterators = new Set<AsyncIterator<readonly CompletionEvent[]>>()
  /** The completion that the last event belongs to. */
  #index = -1

  constructor(
    first: ServedCompletion,
    begin: (index: number) => Promise<ServedCompletion>,
    request: ChoicesRequest,
    account: ChoicesAccount,
  ) {
    this.#account = account
    this.#first = first
    this.#served = new Map([[0, first]])
    this.#begin = begin
    this.#request = request
    this.events = this.#generate()
  }

  /** The sum of all; the tokens of each prompt are counted once. */
  get usage(): UsageRecord {
    return this.#account.usage(new Map([...this.#served].map(([index, { usage }]) => [index, usage])))
  }

  inputUsageOf(promptTokens: number): InputUsage {
    return this.#first.inputUsageOf(promptTokens)
  }

  get limitStatus(): Served['limitStatus'] {
    return this.#first.limitStatus
  }

  get serviceTier(): Served['serviceTier'] {
    return this.#first.serviceTier
  }

  async *#generate(): AsyncGenerator<readonly CompletionEvent[]> {
    const { length } = this.#request.choices
    const running = new Map<number, Promise<ChoiceStep>>()
    const run = (index: number, step: Promise<ChoiceStep>) => {
      // Where another fails first, nothing awaits this one.
      step.catch(() => undefined)
      running.set(index, step)
    }
    let next = 0
    let hasStarted = false
    try {
      while (next < length || running.size > 0) {
        for (; next < length && running.size < MAX_CHOICES_AT_ONCE; next++) run(next, this.#start(next))
        const step = await Promise.race(running.values())
        running.delete(step.index)
        const isOver = step.events.at(-1)?.type === 'completion-end'
        if (!isOver) run(step.index, this.#next(step.index, step.iterator))
        const isLast = isOver && next === length && running.size === 0
        const events = [
          ...(hasStarted ? [] : [START]),
          ...this.#merged(step),
          ...(isLast ? this.#end(step) : []),
        ]
        hasStarted = true
        yield events
      }
    } finally {
      this.#isClosed = true
      const recorded = this.#account.close()
      for (const iterator of this.#iterators) void iterator.return?.()?.then(undefined, () => undefined)
      if (recorded !== undefined) await recorded
    }
  }

  async #start(index: number): Promise<ChoiceStep> {
    const served = index === 0 ? this.#first : await this.#begin(index)
    if (this.#isClosed) throw new Error('another completion failed before this one began')
    this.#served.set(index, served)
    this.#account.begin()
    this.#iterators.add(served.events)
    return this.#next(index, served.events)
  }

  async #next(index: number, iterator: ChoiceStep['iterator']): Promise<ChoiceStep> {
    const { done, value } = await iterator.next()
    if (done) throw new Error('a completion was read beyond its end')
    if (value.at(-1)?.type === 'completion-end') {
      this.#iterators.delete(iterator)
      await iterator.return?.()
    }
    return { index, iterator, events: value }
  }

  /** The events of one completion as they stand among those of others. */
  #merged({ index, events }: ChoiceStep): CompletionEvent[] {
    const counts = this.#counts.get(index) ?? new TokenCounts()
    this.#counts.set(index, counts)
    const merged: CompletionEvent[] = []
    if (index !== this.#index) merged.push({ type: 'choice-start', index })
    this.#index = index
    for (const event of events) {
      counts.observe(event)
      if (event.type === 'completion-end') merged.push({ ...event, type: 'choice-end' })
      else if (!PER_CHOICE_EVENTS.has(event.type)) merged.push(event)
    }
    return merged
  }

  #end({ events }: ChoiceStep): CompletionEvent[] {
    const end = events.at(-1)
    if (end?.type !== 'completion-end') return []
    const prompts = [...this.#counts].filter(([index]) => index % this.#request.choicesPerPrompt === 0)
    if (prompts.some(([, { promptTokens }]) => promptTokens === null)) return [end]
    const promptTokens = prompts.reduce((sum, [, counts]) => sum + (counts.promptTokens ?? 0), 0)
    const reusedPromptTokens = prompts.reduce((sum, [, counts]) => sum + counts.reusedPromptTokens, 0)
    return [{ type: 'prompt-usage', promptTokens, reusedPromptTokens }, end]
  }
}

const START: CompletionEvent = { type: 'completion-start', promptTokens: null }

/** What is said of one completion: the sums come at the end. */
const PER_CHOICE_EVENTS: ReadonlySet<CompletionEvent['type']> = new Set([
  'completion-start',
  'prefill-start',
  'prompt-usage',
])
