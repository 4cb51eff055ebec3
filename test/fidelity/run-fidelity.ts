/** Compares what models are given with what the reference implementations give them; see docs/fidelity.md. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareTemplates, type TemplateComparison } from './compare-templates.ts'
import { KNOWN_DIFFERENCES } from './known-differences.ts'

/** How much of a difference is shown before and after its start. */
const SHOWN_UNITS = 60

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    template: { type: 'string', default: '' },
  },
})

const root = join(import.meta.dirname, '../..')
const output = (command: string) => execFileSync(join(root, command), { encoding: 'utf8' }).trim()

let [templates, cases, refusedByBoth, wrong] = [0, 0, 0, 0]
const folder = join(output('scripts/fetch-llama-source'), 'models/templates')
const plan = {
  folder,
  python: output('test/fidelity/install-jinja2'),
  isWhole: !values.sample,
  name: values.template,
}
for (const comparison of compareTemplates(plan)) {
  templates++
  cases += comparison.cases
  refusedByBoth += comparison.refusedByBoth
  if (!KNOWN_DIFFERENCES.has(comparison.template)) wrong += report(comparison)
}
console.log(
  `${templates} templates, ${cases} prompts: ${wrong} differ from jinja2; ${refusedByBoth} are refused by both`,
)
if (wrong > 0) process.exitCode = 1

function report({ template, refused, different }: TemplateComparison): number {
  const [one] = refused
  if (one) console.log(`${template}: refuses ${refused.length} prompts that jinja2 renders: ${one.ours}`)
  const [other] = different
  if (other) {
    const at = [...other.ours].findIndex((char, index) => char !== other.theirs[index])
    const around = (text: string) =>
      JSON.stringify(text.slice(Math.max(0, at - SHOWN_UNITS), at + SHOWN_UNITS))
    console.log(`${template}: renders ${different.length} prompts differently:`)
    console.log(`  here   ${around(other.ours)}\n  jinja2 ${around(other.theirs)}`)
  }
  return refused.length + different.length
}
