import { expect, test } from 'vitest'
import { pdfOf, pdfOfContents } from './pdf-of.ts'
import { ScriptedEngine } from './scripted-engine.ts'
import { createScriptedApp } from './start-scripted-server.ts'

const engine = new ScriptedEngine({
  steps: ['<cite ref="1:2">Blue</cite>.', { ends: 'end-of-generation' }],
})
const { app } = createScriptedApp(engine)

/** Asks about a PDF that is read in a process of its own. */
async function ask(pdf: Buffer) {
  const source = { type: 'base64', media_type: 'application/pdf', data: pdf.toString('base64') }
  const document = { type: 'document', source, citations: { enabled: true } }
  const response = await app.fetch('http://localhost/v1/messages', {
    method: 'POST',
    headers: { 'x-api-key': 'K', 'anthropic-version': '2023-06-01', 'content-type': 'application/json' },
    body: JSON.stringify({
      model: 'claude-2.1',
      max_tokens: 9,
      messages: [{ role: 'user', content: [document] }],
    }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: tests look into JSON of many shapes
  const body = (await response.json()) as any
  return { status: response.status, ...body }
}

test('a PDF is read and cited page by page', async () => {
  const message = await ask(pdfOf('The grass is green.', 'The sky is blue. It is high.'))
  expect(message.status).toBe(200)
  const [part] = engine.requests.at(-1)?.prompt.turns[0]?.parts ?? []
  expect(part).toMatchObject({
    text: expect.stringContaining('<page number="2">\n[1:2] The sky is blue. [1:3] It is high.\n</page>'),
  })
  expect(message.content[0].citations).toEqual([
    {
      type: 'page_location',
      cited_text: 'The sky is blue.',
      document_index: 0,
      document_title: null,
      file_id: null,
      start_page_number: 2,
      end_page_number: 3,
    },
  ])
})

test.each([
  ['damaged', Buffer.from('%PDF-1.7 and nothing else'), 'The PDF specified was not valid.'],
  ['a picture', pdfOfContents(['']), 'its pages have no text'],
])('a PDF that is %s is refused', async (_, pdf, message) => {
  expect(await ask(pdf)).toMatchObject({
    status: 400,
    error: { type: 'invalid_request_error', message: expect.stringContaining(message) },
  })
})
