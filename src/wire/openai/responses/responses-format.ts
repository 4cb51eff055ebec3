import { type CollectedPart, collectCompletion } from '../../../completion/collected-completion.ts'
import type { CompletionEvent } from '../../../completion/completion-event.ts'
import type { AssistantPart } from '../../../completion/turn.ts'
import type { ResponseFormat } from '../../response-format.ts'
import { textScores } from '../chat-logprobs.ts'
import { TokenAligner } from '../token-aligner.ts'
import type { NamespacedNames } from './namespaced-name.ts'
import { type OutputItem, outputItem, referablePart, unitsOf } from './output-items.ts'
import { endedState, isCut, type ResponseIdentityOptions, responseIdentity } from './response-object.ts'
import { ResponsesStream } from './responses-stream.ts'

/** What a response is written with, streamed or not. */
export interface ResponsesOptions extends ResponseIdentityOptions {
  readonly customTools: ReadonlySet<string>
  readonly namespacedNames: NamespacedNames
  /** Keeps an item for references to it. */
  readonly keepItem: (id: string, part: AssistantPart, units: number) => void
}

/** The format of `POST /v1/responses`. */
export function responsesFormat(options: ResponsesOptions): ResponseFormat {
  const identity = responseIdentity(options)
  const keep = (part: CollectedPart, item: OutputItem) => {
    const referable = options.store ? referablePart(part, item) : null
    if (referable !== null) options.keepItem(item.id, referable, unitsOf(part))
  }
  return {
    body(events) {
      const collected = collectCompletion(events)
      const reason = collected.end?.stopReason ?? null
      const scores = scoresOfTexts(events).values()
      const output = collected.parts.map((part, index) => {
        const isLast = index === collected.parts.length - 1
        const item = outputItem(part, isLast && isCut(reason) ? 'incomplete' : 'completed', {
          customTools: options.customTools,
          namespacedNames: options.namespacedNames,
          scores: part.type === 'text' ? (scores.next().value ?? []) : [],
        })
        keep(part, item)
        return item
      })
      const counts = { ...collected, reasoningTokens: reasoningTokensOf(events) }
      return { ...identity, ...endedState(reason, counts), output }
    },
    streamWriter: () => new ResponsesStream(identity, { ...options, keep }),
  }
}

function reasoningTokensOf(events: readonly CompletionEvent[]): number {
  return events.reduce(
    (sum, event) => (event.type === 'thinking-delta' ? sum + event.completionTokens : sum),
    0,
  )
}

/** The scores of each text of a reply: calls and thinking stand between two of them. */
function scoresOfTexts(events: readonly CompletionEvent[]): object[][] {
  const aligner = new TokenAligner()
  const texts: object[][] = []
  let isInText = false
  for (const event of events) {
    if (event.type === 'completion-tokens') aligner.add(event.tokens)
    if (event.type === 'tool-call-start' || event.type === 'thinking-delta') isInText = false
    if (event.type !== 'text-delta' || event.text === '') continue
    if (!isInText) texts.push([])
    isInText = true
    texts.at(-1)?.push(...textScores(aligner.take(event.text)))
  }
  return texts
}
