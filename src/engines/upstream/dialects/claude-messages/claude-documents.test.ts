import { describe, expect, it } from 'vitest'
import { dataEvents } from '../../../../../test/scripted-upstream.ts'
import { readHistory, upstreamConversation } from '../../../../../test/upstream-histories.ts'
import { upstreamSettings } from '../../../../../test/upstream-settings.ts'
import { collectCompletion } from '../../../../completion/collected-completion.ts'
import type { SourceDocument, TextPart, Turn } from '../../../../completion/turn.ts'
import { claudeMessages } from './claude-messages.ts'
import { claudeMessagesDialect } from './claude-messages-dialect.ts'

const reader = claudeMessagesDialect.createResponseReader(
  upstreamSettings({ kind: 'claude-messages' }),
  () => undefined,
)

function documentPart(source: SourceDocument['source'], isCited = true): TextPart {
  return {
    type: 'text',
    text: '',
    document: { type: 'document', title: 'T', context: null, isCited, source },
  }
}

const userTurn = (...parts: TextPart[]): Turn => ({ role: 'user', parts })
const requestOf = (turn: Turn) => upstreamConversation({ turns: [turn], prefill: '' })

describe('documents for Claude', () => {
  it('are sent as they came', () => {
    const image = { type: 'image', mediaType: 'image/png', source: { base64: 'AAAA' } } as const
    const turn = userTurn(
      documentPart({ type: 'pdf', base64: 'JVBE' }),
      { ...documentPart({ type: 'text', text: 'x' }, false), cacheTtl: '5m' },
      documentPart({ type: 'content', parts: [{ type: 'text', text: 'B' }, image] }),
      {
        type: 'text',
        text: '',
        document: { type: 'search-result', title: 'R', source: 'S', isCited: true, texts: ['a'] },
      },
    )
    const citations = { enabled: true }
    expect(claudeMessages(requestOf(turn).prompt)[0]?.content).toEqual([
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
        title: 'T',
        citations,
      },
      {
        type: 'document',
        source: { type: 'text', media_type: 'text/plain', data: 'x' },
        title: 'T',
        cache_control: { type: 'ephemeral' },
      },
      {
        type: 'document',
        source: {
          type: 'content',
          content: [
            { type: 'text', text: 'B' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } },
          ],
        },
        title: 'T',
        citations,
      },
      { type: 'search_result', source: 'S', title: 'R', content: [{ type: 'text', text: 'a' }], citations },
    ])
  })

  it('are sent alone too, and in results of tools', () => {
    const part = documentPart({ type: 'text', text: 'x' })
    const alone = claudeMessages(requestOf(userTurn(part)).prompt)
    expect(alone).toEqual([{ role: 'user', content: [expect.objectContaining({ type: 'document' })] }])
    const result: Turn = {
      role: 'user',
      parts: [{ type: 'tool-result', toolCallId: 'a', parts: [part], isError: false }],
    }
    expect(claudeMessages(requestOf(result).prompt)[0]?.content).toMatchObject([
      { type: 'tool_result', content: [{ type: 'document' }] },
    ])
  })
})

const about = { cited_text: 'x', document_index: 1, document_title: null, file_id: 'theirs' }
const LOCATIONS = [
  { type: 'char_location', ...about, start_char_index: 3, end_char_index: 4 },
  { type: 'page_location', ...about, start_page_number: 2, end_page_number: 3 },
  { type: 'content_block_location', ...about, start_block_index: 0, end_block_index: 2 },
  {
    type: 'search_result_location',
    cited_text: 'x',
    search_result_index: 0,
    source: 'S',
    title: null,
    start_block_index: 1,
    end_block_index: 2,
  },
]
const known = { citedText: 'x', documentIndex: 1, documentTitle: null }
const CITATIONS = [
  { type: 'characters', ...known, range: { start: 3, end: 4 } },
  { type: 'pages', ...known, range: { start: 1, end: 2 } },
  { type: 'blocks', ...known, range: { start: 0, end: 2 } },
  {
    type: 'search-result',
    citedText: 'x',
    searchResultIndex: 0,
    source: 'S',
    title: null,
    range: { start: 1, end: 2 },
  },
]
const begin = (index: number, block: object) => ({ type: 'content_block_start', index, content_block: block })
const add = (index: number, delta: object) => ({ type: 'content_block_delta', index, delta })
const stop = (index: number) => ({ type: 'content_block_stop', index })

describe('citations of Claude', () => {
  const request = requestOf(userTurn(documentPart({ type: 'text', text: 'x' })))
  const end = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 9 } }

  it('are read from streams, however their bytes are cut', async () => {
    const bytes = Buffer.from(
      dataEvents(
        begin(0, { type: 'text', text: '' }),
        add(0, { type: 'text_delta', text: 'So: ' }),
        stop(0),
        begin(1, { type: 'text', text: '', citations: [] }),
        add(1, { type: 'text_delta', text: 'wet' }),
        ...LOCATIONS.map((citation) => add(1, { type: 'citations_delta', citation })),
        add(1, { type: 'citations_delta', citation: { type: 'newer_location', cited_text: 'x' } }),
        stop(1),
        begin(2, { type: 'text', text: '.' }),
        stop(2),
        end,
        { type: 'message_stop' },
      ).join(''),
    )
    for (let cut = 0; cut < bytes.length; cut += 11) {
      expect(collectCompletion(await readHistory(reader, bytes, [cut], request)).parts).toEqual([
        { type: 'text', text: 'So: ' },
        { type: 'text', text: 'wet', citations: CITATIONS },
        { type: 'text', text: '.' },
      ])
    }
  })

  it('are read from whole messages', async () => {
    const content = [
      { type: 'text', text: 'wet', citations: LOCATIONS },
      { type: 'text', text: '.', citations: null },
    ]
    const message = { type: 'message', content, stop_reason: 'end_turn', usage: { output_tokens: 2 } }
    const bytes = Buffer.from(dataEvents(message, { type: 'message_stop' }).join(''))
    expect(collectCompletion(await readHistory(reader, bytes, [], request)).parts).toEqual([
      { type: 'text', text: 'wet', citations: CITATIONS },
      { type: 'text', text: '.' },
    ])
  })

  it('join texts where nothing is to be cited', async () => {
    const bytes = Buffer.from(
      dataEvents(
        begin(0, { type: 'text', text: 'a' }),
        stop(0),
        begin(1, { type: 'text', text: 'b' }),
        stop(1),
        end,
      ).join(''),
    )
    const events = await readHistory(reader, bytes, [], requestOf(userTurn({ type: 'text', text: 'x' })))
    expect(collectCompletion(events).parts).toEqual([{ type: 'text', text: 'ab' }])
  })
})
