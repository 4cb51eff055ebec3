import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { conversationPrompt } from '../../../src/completion/conversation-prompt.ts'
import type { Prompt } from '../../../src/completion/prompt.ts'
import type { ReplyPart } from '../../../src/completion/reply-part.ts'
import type { Tool } from '../../../src/completion/tool.ts'
import { type Turn, textTurn } from '../../../src/completion/turn.ts'
import { ChatTemplate } from '../../../src/engines/llama/chat/chat-template.ts'
import type { OutputFormat } from '../../../src/engines/llama/output-parsing/output-format.ts'
import { OutputParser } from '../../../src/engines/llama/output-parsing/output-parser.ts'
import type { OutputStart } from '../../../src/engines/llama/output-parsing/parser-context.ts'
import { preservedTokens } from '../../../src/engines/llama/output-parsing/preserved-tokens.ts'
import { toolsByName } from '../../../src/engines/llama/output-parsing/tool-call-parser.ts'
import { GENERIC_TOOL_CALLS } from '../../../src/engines/llama/output-parsing/tool-call-parsers.ts'
import type { JsonObject } from '../../../src/util/json-object.ts'
import type { ChatTestCase, ChatTestMessage, ChatTestTool } from './chat-test-case.ts'
import { readChatTests } from './read-chat-tests.ts'

const TEXTS = { beginningOfSequence: '<s>', endOfSequence: '</s>' }
/** A control token that the parser does not look for, which the detokenizer drops. */
const CONTROL_TOKEN = /<\|[A-Za-z_]+\|>/g

const STARTS = { content: 'prefill', reasoning: 'thinking' } as const

/** What is read in a reply. */
export interface ReadReply {
  readonly thinking: string
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly input: unknown }[]
}

export interface ReplyComparison {
  readonly test: ChatTestCase
  /** The name of the form of calls. */
  readonly calls: string
  readonly ours: ReadReply
  readonly theirs: ReadReply
  readonly isEqual: boolean
  /** Whether the reply is read in the same way however it is cut. */
  readonly isSameInPieces: boolean
}

/**
 * Reads the replies of llama.cpp's chat tests, each with the parser for its template.
 *
 * @param folder llama.cpp's source
 * @param name a part of the names of the templates
 */
export function* compareReplies(folder: string, name: string): Generator<ReplyComparison> {
  const templates = new Map<string, ChatTemplate>()
  for (const test of readChatTests(readFileSync(join(folder, 'tests/test-chat.cpp'), 'utf8'))) {
    if (!test.template.includes(name)) continue
    const source = () => readFileSync(join(folder, test.template), 'utf8')
    const template = templates.get(test.template) ?? new ChatTemplate(source(), TEXTS)
    templates.set(test.template, template)
    yield compareReply(test, template)
  }
}

function compareReply(test: ChatTestCase, template: ChatTemplate): ReplyComparison {
  const prompt = promptOf(test)
  const format = {
    ...template.outputFormat,
    calls: prompt.tools.length > 0 ? (template.outputFormat.calls ?? GENERIC_TOOL_CALLS) : null,
  }
  const last = test.continues === null ? null : (test.messages.at(-1) ?? null)
  const continuesThinking = test.continues === 'reasoning'
  const start = test.continues === null ? template.render(prompt).start : STARTS[test.continues]
  const reply = withoutControlTokens(`${continuesThinking ? last?.reasoning : ''}${test.reply}`, format)
  const read = (pieces: readonly string[]) => readPieces(pieces, format, { start, prompt, isCut: test.isCut })
  const whole = read([reply])
  const isContinued = test.continues === 'content' && last !== null
  const ours = isContinued
    ? { ...whole, thinking: test.expected.reasoning, text: last.content + whole.text }
    : whole
  const theirs = expectedOf(test)
  return {
    test,
    calls: template.outputFormat.calls?.name ?? 'in words',
    ours,
    theirs,
    isEqual: isSame(ours, theirs, test),
    isSameInPieces: isDeepStrictEqual(read([...reply]), whole),
  }
}

function promptOf(test: ChatTestCase): Prompt {
  const messages = test.continues === null ? test.messages : test.messages.slice(0, -1)
  const turns = messages.map(turnOf)
  return conversationPrompt({
    systemText: '',
    turns: turns.length === 0 ? [textTurn('user', 'Hey there!')] : turns,
    prefill: test.continues === 'content' ? (test.messages.at(-1)?.content ?? '') : '',
    tools: test.tools.map(toolOf),
    isThinkingEnabled: test.isThinkingEnabled,
    outputSchema: null,
  })
}

function turnOf({ role, content, calls }: ChatTestMessage): Turn {
  if (role === 'tool') {
    const parts = [{ type: 'text', text: content } as const]
    return { role: 'user', parts: [{ type: 'tool-result', toolCallId: 'call', parts, isError: false }] }
  }
  if (role === 'user') return textTurn('user', content)
  const parts = calls.map(({ name, json }) => {
    return { type: 'tool-call', id: 'call', name, input: JSON.parse(json) as JsonObject } as const
  })
  return { role: 'assistant', parts: content === '' ? parts : [{ type: 'text', text: content }, ...parts] }
}

function toolOf({ name, description, parameters }: ChatTestTool): Tool {
  return { name, description, inputSchema: JSON.parse(parameters) as JsonObject, isStrict: false }
}

function withoutControlTokens(reply: string, format: OutputFormat): string {
  const kept = preservedTokens(format)
  return reply.replace(CONTROL_TOKEN, (token) => (kept.some((one) => one.includes(token)) ? token : ''))
}

interface ReadOptions {
  readonly start: OutputStart
  readonly prompt: Prompt
  readonly isCut: boolean
}

function readPieces(
  pieces: readonly string[],
  format: OutputFormat,
  { start, prompt, isCut }: ReadOptions,
): ReadReply {
  const parser = new OutputParser(format, { start, tools: toolsByName(prompt.tools) })
  let thinking = ''
  let text = ''
  const calls: { name: string; json: string }[] = []
  const add = (part: ReplyPart) => {
    const call = calls.at(-1)
    if (part.type === 'thinking') thinking += part.text
    else if (part.type === 'text') text += part.text
    else if (part.type === 'tool-call-start') calls.push({ name: part.name, json: '' })
    else if (part.type === 'tool-input' && call !== undefined) call.json += part.json
  }
  for (const piece of pieces) parser.push(piece).forEach(add)
  parser.end(isCut).forEach(add)
  return { thinking, text, calls: calls.map(({ name, json }) => ({ name, input: inputOf(json) })) }
}

function expectedOf({ expected }: ChatTestCase): ReadReply {
  const calls = expected.calls.map(({ name, json }) => ({ name, input: inputOf(json) }))
  return { thinking: expected.reasoning, text: expected.content, calls }
}

/** Input that breaks off is not compared, nor is it in llama.cpp. */
function inputOf(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

/** White space around thinking and text is not compared, nor is it in llama.cpp. */
function isSame(ours: ReadReply, theirs: ReadReply, test: ChatTestCase): boolean {
  if (!isDeepStrictEqual(ours.calls, theirs.calls)) return false
  if (ours.text.trim() === theirs.text.trim() && ours.thinking.trim() === theirs.thinking.trim()) return true
  // Thinking that llama.cpp was asked to leave in the text.
  if (!test.keepsThinkingInText) return false
  return theirs.text.includes(ours.thinking.trim()) && theirs.text.trimEnd().endsWith(ours.text.trim())
}
