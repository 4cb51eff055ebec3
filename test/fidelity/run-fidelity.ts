/** Compares what models are given, and what is read in their replies, with the reference implementations; see docs/fidelity.md. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { reportCompletions } from './report-completions.ts'
import { reportReplies } from './report-replies.ts'
import { reportTemplates } from './report-templates.ts'

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    replies: { type: 'boolean', default: false },
    completions: { type: 'boolean', default: false },
    model: { type: 'string', default: '' },
    template: { type: 'string', default: '' },
  },
})

const root = join(import.meta.dirname, '../..')
const output = (command: string) => execFileSync(join(root, command), { encoding: 'utf8' }).trim()

if ((values.completions ? await reportCompletions(values.model) : reportRendering()) > 0) process.exitCode = 1

function reportRendering(): number {
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
  return wrong + reportReplies(source, values.template, { showsTable: values.replies })
}
