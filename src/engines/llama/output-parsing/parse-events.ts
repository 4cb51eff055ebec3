import type { CompletionEvent } from '../../../completion/completion-event.ts'
import { ReplyAssembler, type ReplyAssemblerOptions } from '../../../completion/reply-assembler.ts'
import type { OutputParser } from './output-parser.ts'

/**
 * Parses the text of a completion into thinking, text and tool calls; other events stay unchanged. Of scored tokens those
 * are passed on that text was made of.
 */
export async function* parseEvents(
  generated: AsyncIterable<readonly CompletionEvent[]>,
  parser: OutputParser,
  options: ReplyAssemblerOptions,
): AsyncGenerator<readonly CompletionEvent[]> {
  const reply = new ReplyAssembler(options)
  let scored: CompletionEvent[] = []
  const withScores = (parsed: readonly CompletionEvent[]) => {
    if (scored.length === 0 || parsed.length === 0) return parsed
    const isText = parsed.some(({ type }) => type === 'text-delta')
    const scores = isText ? scored : []
    scored = []
    return [...scores, ...parsed]
  }
  for await (const together of generated) {
    const events: CompletionEvent[] = []
    for (const event of together) {
      if (event.type === 'text-delta') {
        events.push(...withScores(reply.add(parser.push(event.text), event.completionTokens)))
        if (reply.isOver) break
      } else if (event.type === 'completion-end') {
        const { stopReason, stopSequence } = event
        const isCut = stopReason === 'max-tokens' || stopReason === 'context-window'
        events.push(...withScores(reply.add(parser.end(isCut), 0)), ...reply.end(stopReason, stopSequence))
        yield events
        return
      } else if (event.type === 'completion-tokens') {
        scored.push(event)
      } else {
        events.push(event)
      }
    }
    if (reply.isOver) {
      yield [...events, ...reply.end('tool-call', null)]
      return
    }
    if (events.length > 0) yield events
  }
}
