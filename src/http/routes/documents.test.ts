import { expect, it } from 'vitest'
import { describeOnDatabases, type TestDatabase } from '../../../test/databases.ts'
import { callFiles, createFilesApp, formWith, openTestFiles } from '../../../test/files-app.ts'
import { ScriptedEngine } from '../../../test/scripted-engine.ts'
import { createScriptedApp, type ScriptedSettings } from '../../../test/start-scripted-server.ts'
import { PdfError, type PdfErrorCode } from '../../files/pdf-error.ts'
import { PdfReader } from '../../files/pdf-reader.ts'
import type { App } from '../app.ts'

const PNG = Buffer.from('89504e470d0a1a0a', 'hex')
const END = { ends: 'end-of-generation' } as const

/** A document of a message. */
const documentOf = (source: object, more: object = {}) => ({ type: 'document', source, ...more })
const file = (id: string) => ({ type: 'file', file_id: id })
const PDF = { type: 'base64', media_type: 'application/pdf', data: Buffer.from('%PDF-').toString('base64') }
const textSource = (data: string) => ({ type: 'text', media_type: 'text/plain', data })
const CITED = { citations: { enabled: true } }

// biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
type Json = any

async function post(app: App, body: object, path = '', key = 'default'): Promise<Json> {
  const response = await app.fetch(`http://localhost/v1/messages${path}`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-2.1', ...(path === '' ? { max_tokens: 9 } : {}), ...body }),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return isJson ? { status: response.status, ...JSON.parse(text) } : text
}

const ask = (...content: object[]) => ({ messages: [{ role: 'user', content }] })

async function open(
  database: TestDatabase,
  steps: ConstructorParameters<typeof ScriptedEngine>[0]['steps'] = ['Hi', END],
  settings: ScriptedSettings & { readonly capabilities?: object } = {},
) {
  const { files, clock } = await openTestFiles(database)
  const engine = new ScriptedEngine({ steps })
  Object.assign(engine, { contextWindowTokens: 100_000 })
  Object.assign(engine.capabilities, settings.capabilities)
  const { capabilities: _, ...appSettings } = settings
  const pages = async (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').slice(5).split('|')
  const { app } = createScriptedApp(engine, {
    apiKeys: [],
    storedFiles: files,
    pdfReader: new PdfReader(pages),
    ...appSettings,
  })
  const filesApp = createFilesApp(files)
  const upload = async (content: string | Uint8Array<ArrayBuffer>, name: string, type: string) =>
    (await callFiles(filesApp, 'POST', '', { body: formWith(content, name, { type }) })).id as string
  const shown = () => engine.requests.at(-1)?.prompt.turns[0]?.parts ?? []
  return { app, engine, upload, shown, clock, filesApp }
}

describeOnDatabases('documents in messages', (database) => {
  it('are read from files, PDFs and texts', async () => {
    const { app, upload, shown } = await open(database)
    const text = await upload('Some text.', 'a.txt', 'text/plain')
    const pdf = await upload('%PDF-one|two', 'a.pdf', 'application/pdf')
    const content = [
      documentOf(file(text), { title: 'T', context: 'C' }),
      documentOf(file(pdf)),
      documentOf({ ...PDF, data: Buffer.from('%PDF-three').toString('base64') }),
      { type: 'text', text: 'Well?' },
    ]
    expect(await post(app, ask(...content))).toMatchObject({ status: 200 })
    expect(shown().map((part) => (part.type === 'text' ? part.text : part))).toEqual([
      '<document>\n<title>T</title>\n<context>C</context>\n<content>\nSome text.\n</content>\n</document>\n',
      '<document>\n<content>\n<page number="1">\none\n</page>\n<page number="2">\ntwo\n</page>\n</content>\n</document>\n',
      '<document>\n<content>\n<page number="1">\nthree\n</page>\n</content>\n</document>\n',
      'Well?',
    ])
  })

  it('are counted as they are read', async () => {
    const { app, upload } = await open(database)
    const id = await upload('Some text.'.repeat(80), 'a.txt', 'text/plain')
    const counted = await post(app, ask(documentOf(file(id))), '/count_tokens')
    expect(counted.input_tokens).toBeGreaterThan(100)
  })

  it('have images from files, in tool results too', async () => {
    const { app, upload, shown } = await open(database)
    const id = await upload(new Uint8Array(PNG), 'a.png', 'image/png')
    const image = { type: 'image', source: file(id) }
    const expected = { type: 'image', mediaType: 'image/png', source: { base64: PNG.toString('base64') } }
    expect(await post(app, ask(image))).toMatchObject({ status: 200 })
    expect(shown()).toEqual([expected])
    const messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'a', content: [image] }] },
    ]
    const tools = [{ name: 'f', input_schema: { type: 'object' } }]
    expect(await post(app, { messages, tools })).toMatchObject({ status: 200 })
  })

  it('reach an engine that reads documents itself as they were sent', async () => {
    const { app, upload, shown } = await open(database, undefined, { capabilities: { documents: true } })
    const pdf = await upload('%PDF-one', 'a.pdf', 'application/pdf')
    await post(app, ask(documentOf(file(pdf), { title: 'T', ...CITED }), documentOf(textSource('x'), CITED)))
    const base64 = Buffer.from('%PDF-one').toString('base64')
    const about = { type: 'document', context: null, isCited: true }
    expect(shown().map((part) => 'document' in part && part.document)).toEqual([
      { ...about, title: 'T', source: { type: 'pdf', base64 } },
      { ...about, title: null, source: { type: 'text', text: 'x' } },
    ])
  })

  it('of another workspace, expired, deleted and unknown are not found', async () => {
    const { app, upload, clock, filesApp } = await open(database)
    const missing = (id: string) => post(app, ask(documentOf(file(id))))
    expect(await missing('file_none')).toMatchObject({
      status: 404,
      error: { type: 'not_found_error', message: 'File `file_none` not found.' },
    })
    const other = await callFiles(filesApp, 'POST', '', { body: formWith('x'), key: 'other' })
    expect(await missing(other.id)).toMatchObject({ status: 404 })
    const body = formWith('x', 'a.txt', { fields: { expires_in_seconds: '3600' } })
    const { id } = await callFiles(filesApp, 'POST', '', { body })
    clock.nowMs += 3_600_000
    expect(await missing(id)).toMatchObject({
      status: 404,
      error: { details: { error_code: 'file_expired' } },
    })
    const deleted = await upload('x', 'a.txt', 'text/plain')
    await callFiles(filesApp, 'DELETE', `/${deleted}`)
    expect(await missing(deleted)).toMatchObject({ status: 404 })
  })

  it('of the wrong type are refused', async () => {
    const { app, upload } = await open(database)
    const csv = await upload('a,b', 'a.csv', 'text/csv')
    const png = await upload(new Uint8Array(PNG), 'a.png', 'image/png')
    expect(await post(app, ask(documentOf(file(csv))))).toMatchObject({
      status: 400,
      error: {
        message:
          'Unsupported document file format: text/csv. Only PDF and plaintext documents are supported.',
      },
    })
    expect(await post(app, ask(documentOf(file(png))))).toMatchObject({ status: 400 })
    expect(await post(app, ask({ type: 'image', source: file(csv) }))).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining('Unsupported image file format: text/csv') },
    })
  })

  it.each<[PdfErrorCode, string]>([
    ['invalid', 'messages.0.content.0.pdf.source.base64.data: The PDF specified was not valid.'],
    [
      'password-protected',
      'messages.0.content.0.pdf.source.base64.data: The PDF specified is password protected.',
    ],
    ['too-many-pages', 'A maximum of 100 PDF pages may be provided.'],
    [
      'too-costly',
      'messages.0.content.0.pdf.source.base64.data: Could not process PDF: it takes too much time or memory, or has too much text.',
    ],
    [
      'without-text',
      'messages.0.content.0.pdf.source.base64.data: Could not process PDF: its pages have no text, and this model does not see them.',
    ],
  ])('that are PDFs and %s are refused', async (code, message) => {
    const pdfReader = new PdfReader(() => Promise.reject(new PdfError(code, 'why')))
    const { app } = await open(database, undefined, { pdfReader })
    expect(await post(app, ask(documentOf(PDF)))).toMatchObject({ status: 400, error: { message } })
  })

  it('have 100 pages together at most', async () => {
    const { app } = await open(database)
    const pages = (count: number) =>
      documentOf({ ...PDF, data: Buffer.from(`%PDF-${'x|'.repeat(count - 1)}x`).toString('base64') })
    expect(await post(app, ask(pages(60), pages(40)))).toMatchObject({ status: 200 })
    expect(await post(app, ask(pages(60), pages(41)))).toMatchObject({
      status: 400,
      error: { message: 'A maximum of 100 PDF pages may be provided.' },
    })
  })

  it('are fetched from allowed hosts alone', async () => {
    const { app } = await open(database)
    expect(await post(app, ask(documentOf({ type: 'url', url: 'http://127.0.0.1:9/a.pdf' })))).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining('files.documentHosts') },
    })
  })
})

/** A reply that cites, as a model writes it. */
const REPLY = ['So: <cite ref="1', ':1-2">green and blue</ci', 'te>, and <cite ref="2:1">wet</cite>.', END]
const TEXT = 'The grass is green. The sky is blue.\nThe end.'
const about = (index: number, title: string | null = null) => ({
  document_index: index,
  document_title: title,
  file_id: null,
})

describeOnDatabases('citations', (database) => {
  it('name characters, pages, blocks and search results', async () => {
    const { app, shown, engine } = await open(database, [
      '<cite ref="1:1">a</cite><cite ref="2:2">b</cite><cite ref="3:1-2">c</cite><cite ref="4:2">d</cite>',
      END,
    ])
    const blocks = {
      type: 'content',
      content: [
        { type: 'text', text: 'B1' },
        { type: 'text', text: 'B2' },
      ],
    }
    const pages = { ...PDF, data: Buffer.from('%PDF-First page.|Second page.').toString('base64') }
    const result = {
      type: 'search_result',
      source: 'https://example.org',
      title: 'R',
      content: [
        { type: 'text', text: 'S1' },
        { type: 'text', text: 'S2' },
      ],
      ...CITED,
    }
    const content = [
      documentOf(textSource(TEXT), { title: 'T', ...CITED }),
      documentOf(pages, CITED),
      documentOf(blocks, CITED),
      result,
    ]
    const message = await post(app, ask(...content))
    expect(message.content.map((block: Json) => block.citations)).toEqual([
      [
        {
          type: 'char_location',
          cited_text: 'The grass is green.',
          ...about(0, 'T'),
          start_char_index: 0,
          end_char_index: 19,
        },
      ],
      [
        {
          type: 'page_location',
          cited_text: 'Second page.',
          ...about(1),
          start_page_number: 2,
          end_page_number: 3,
        },
      ],
      [
        {
          type: 'content_block_location',
          cited_text: 'B1B2',
          ...about(2),
          start_block_index: 0,
          end_block_index: 2,
        },
      ],
      [
        {
          type: 'search_result_location',
          cited_text: 'S2',
          search_result_index: 0,
          source: 'https://example.org',
          title: 'R',
          start_block_index: 1,
          end_block_index: 2,
        },
      ],
    ])
    const [first, second, third, fourth] = shown()
    expect(first).toMatchObject({
      text: expect.stringContaining('[1:1] The grass is green. [1:2] The sky is blue.\n[1:3] The end.'),
    })
    expect(second).toMatchObject({
      text: expect.stringContaining('<page number="2">\n[2:2] Second page.\n</page>'),
    })
    expect(third).toMatchObject({ text: expect.stringContaining('[3:1] B1\n[3:2] B2') })
    expect(fourth).toMatchObject({ text: expect.stringContaining('[4:1] S1\n[4:2] S2') })
    expect(engine.requests.at(-1)?.prompt.systemText).toContain('<cite ref=')
  })

  it('are streamed within the text that they belong to', async () => {
    const { app } = await open(database, REPLY)
    const content = [documentOf(textSource(TEXT), CITED), documentOf(textSource('Wet.'), CITED)]
    const stream = await post(app, { ...ask(...content), stream: true })
    const events = [...String(stream).matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? ''))
    const deltas = events.filter(({ type }) => /^content_block_(start|delta|stop)$/.test(type))
    const seen = deltas.map(({ type, index, delta }) => {
      if (type !== 'content_block_delta') return `${index} ${type.slice(14)}`
      return delta.type === 'text_delta'
        ? `${index} ${delta.text}`
        : `${index} cites ${delta.citation.cited_text}`
    })
    expect(
      seen.join('\n').replace(/\n(\d) (?!start|stop|cites)(.*)\n\1 (?!start|stop|cites)/g, '\n$1 $2'),
    ).toBe(
      [
        ...['0 start', '0 So: ', '0 stop'],
        ...['1 start', '1 green and blue', '1 cites The grass is green. The sky is blue.', '1 stop'],
        ...['2 start', '2 , and ', '2 stop', '3 start', '3 wet', '3 cites Wet.', '3 stop'],
        ...['4 start', '4 .', '4 stop'],
      ].join('\n'),
    )
    const whole = await post(app, ask(...content))
    expect(whole.content.map(({ text }: Json) => text)).toEqual([
      'So: ',
      'green and blue',
      ', and ',
      'wet',
      '.',
    ])
  })

  it('name the file of a document', async () => {
    const { app, upload } = await open(database, ['<cite ref="1:1">a</cite>', END])
    const id = await upload(TEXT, 'a.txt', 'text/plain')
    const message = await post(app, ask(documentOf(file(id), CITED)))
    expect(message.content[0].citations[0]).toMatchObject({ file_id: id, cited_text: 'The grass is green.' })
  })

  it.each<[string, object]>([
    ['on some documents only', ask(documentOf(textSource('x'), CITED), documentOf(textSource('y')))],
    [
      'with a schema',
      {
        ...ask(documentOf(textSource('x'), CITED)),
        output_config: { format: { type: 'json_schema', schema: { type: 'object' } } },
      },
    ],
  ])('%s are refused', async (_, body) => {
    const { app } = await open(database)
    expect(await post(app, body)).toMatchObject({
      status: 400,
      error: { message: expect.stringContaining('citations') },
    })
  })

  it('are not made where nothing asks for them', async () => {
    const { app } = await open(database, ['<cite ref="1:1">a</cite>', END])
    const { content } = await post(app, ask(documentOf(textSource(TEXT))))
    expect(content).toEqual([{ type: 'text', text: '<cite ref="1:1">a</cite>' }])
  })
})
