// Writes the files that docs/testing.md shows to users of pytest, and a recording by hand, as docs/recordings.md allows.
// Takes the folder of the repository, and writes into the working directory.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const page = readFileSync(join(process.argv[2], 'docs', 'testing.md'), 'utf8')
const shown = (language) => {
  const [, text] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(page)
  return text
}
writeFileSync('test_page.py', shown('python'))
writeFileSync('continuo.json', shown('json'))

const { recording } = JSON.parse(shown('json')).engines.default
mkdirSync(recording.folder)
const turns = [{ role: 'user', parts: [{ type: 'text', text: 'Hello' }] }]
const exchange = {
  format: 1,
  ordinal: 1,
  recordedAt: '2026-12-01T00:00:00.000Z',
  recordedBy: 'a hand',
  request: { model: 'claude-haiku-4-5-20251001', turns },
  response: {
    promptKind: 'conversation',
    parts: [{ type: 'text', text: 'Hello! How can I help?', pieces: [] }],
    end: { atMs: 1, stopReason: 'end-of-generation', stopSequence: null },
  },
}
writeFileSync(join(recording.folder, 'hello.json'), JSON.stringify(exchange))
