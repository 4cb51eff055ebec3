import { readFileSync } from 'node:fs'
import type { CompletionEvent } from '../src/completion/completion-event.ts'
import { type CompletionRequest, NO_TOOLS_OR_THINKING } from '../src/completion/completion-request.ts'
import { type Conversation, conversationPrompt } from '../src/completion/conversation-prompt.ts'
import { parsePrompt } from '../src/completion/human-assistant-prompt.ts'
import { TEXT_ONLY } from '../src/completion/prompt.ts'
import type { Tool } from '../src/completion/tool.ts'
import { textTurn } from '../src/completion/turn.ts'
import { ServerSentEventReader } from '../src/engines/upstream/decoding/server-sent-event-reader.ts'
import type { ResponseReader } from '../src/engines/upstream/dialects/upstream-dialect.ts'

/** A prompt with a system text, several turns and a prefill. */
export const FULL_PROMPT =
  'Be brief.\n\nHuman: Hi\n\nAssistant: Hello!\n\nHuman: How\n\nHuman: are you?\n\nAssistant: I am'
/** One question. */
export const PLAIN_PROMPT = '\n\nHuman: Hi\n\nAssistant:'

/** A request with only a prompt. */
export function upstreamRequest(
  prompt = PLAIN_PROMPT,
  change: Partial<Omit<CompletionRequest, 'prompt'>> = {},
): CompletionRequest {
  return {
    modelId: 'claude-2.1',
    prompt: parsePrompt(prompt, { literalNewlineMarkers: true, startErrorFormat: 'long' }),
    maxTokens: 64,
    stopSequences: ['\n\nHuman:'],
    sampling: { temperature: 1, topP: null, topK: null },
    ...NO_TOOLS_OR_THINKING,
    ...change,
  }
}

/** A tool. */
export const WEATHER: Tool = {
  name: 'get_weather',
  description: 'The weather somewhere.',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  isStrict: false,
}
/** A tool without input and description. */
export const CLOCK: Tool = {
  name: 'get_time',
  description: null,
  inputSchema: { type: 'object' },
  isStrict: true,
}

/** A request for a conversation of "Hi". */
export function upstreamConversation(
  conversation: Partial<Conversation> = {},
  change: Partial<Omit<CompletionRequest, 'prompt'>> = {},
): CompletionRequest {
  const prompt = conversationPrompt({
    systemText: '',
    turns: [textTurn('user', 'Hi')],
    prefill: '',
    ...TEXT_ONLY,
    ...conversation,
  })
  return { ...upstreamRequest(PLAIN_PROMPT, { stopSequences: [], ...change }), prompt }
}

/** The recorded bytes of a server. */
export function upstreamHistory(name: string): Buffer {
  return readFileSync(new URL(`./fixtures/upstream/${name}.txt`, import.meta.url))
}

/** Decodes a recording as an engine does, cut at these places. */
export async function readHistory(
  responses: ResponseReader,
  bytes: Uint8Array,
  cuts: readonly number[] = [],
  request: CompletionRequest = upstreamRequest(),
): Promise<CompletionEvent[]> {
  const reader = responses.decoder(request, { address: 'http://u', redact: (text) => text })
  const events: CompletionEvent[] = []
  const sent = new ServerSentEventReader()
  for (const chunk of cutAt(bytes, cuts)) {
    for (const event of sent.push(chunk)) events.push(...reader.read(event))
  }
  return events
}

function* cutAt(bytes: Uint8Array, cuts: readonly number[]): Generator<Uint8Array> {
  let from = 0
  for (const cut of [...cuts, bytes.length].sort((a, b) => a - b)) {
    yield bytes.subarray(from, cut)
    from = cut
  }
}

/** Text and counts of a completion. */
export function summaryOf(events: readonly CompletionEvent[]) {
  let [text, completionTokens] = ['', 0]
  let usage: { promptTokens: number; reusedPromptTokens: number } | null = null
  for (const event of events) {
    if (event.type === 'text-delta') {
      text += event.text
      completionTokens += event.completionTokens
    }
    if (event.type === 'prompt-usage') usage = event
  }
  const end = events.at(-1)
  return {
    text,
    completionTokens,
    promptTokens: usage?.promptTokens ?? null,
    end: end?.type === 'completion-end' ? (end.stopSequence ?? end.stopReason) : null,
  }
}
