/** Compares what models are given, and what is read in their replies, with the reference implementations; see docs/fidelity.md. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reportReplies } from './report-replies.ts'
import { reportTemplates } from './report-templates.ts'

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    replies: { type: 'boolean', default: false },
    template: { type: 'string', default: '' },
  },
})

const root = join(import.meta.dirname, '../..')
const output = (command: string) => execFileSync(join(root, command), { encoding: 'utf8' }).trim()

const source = output('scripts/fetch-llama-source')
let wrong = 0
if (!values.replies) {
  wrong += reportTemplates({
    folder: join(source, 'models/templates'),
    python: output('test/fidelity/install-jinja2'),
    isWhole: !values.sample,
    name: values.template,
  })
}
wrong += reportReplies(source, values.template, { showsTable: values.replies })
if (wrong > 0) process.exitCode = 1
