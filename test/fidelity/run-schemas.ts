/** Compares grammars of JSON schemas with values of which is known whether they fit; see docs/fidelity.md. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compareSchema } from './compare-schemas.ts'
import { maskBenchCases, type SchemaCase, suiteCases } from './schema-cases.ts'
import { SchemaReport } from './schema-report.ts'

/** A sample has every fifth case. */
const SAMPLED = 5
const MAX_SHOWN = 20
const MAX_SHOWN_UNITS = 300

const { values } = parseArgs({
  options: {
    sample: { type: 'boolean', default: false },
    maskbench: { type: 'string' },
    name: { type: 'string', default: '' },
    all: { type: 'boolean', default: false },
  },
})

const suite = execFileSync(join(import.meta.dirname, 'install-schema-suite'), { encoding: 'utf8' }).trim()
run('JSON-Schema-Test-Suite', suiteCases(suite))
if (values.maskbench !== undefined) run('MaskBench', maskBenchCases(values.maskbench))

function run(source: string, cases: Iterable<SchemaCase>): void {
  const report = new SchemaReport()
  let at = 0
  for (const one of cases) {
    if (!one.name.includes(values.name) || (values.sample && at++ % SAMPLED !== 0)) continue
    report.add(one, compareSchema(one, true), compareSchema(one, false))
  }
  const { counts, loose, faults } = report
  console.log(
    `${source}: ${counts.schemas} schemas with ${counts.valid} valid and ${counts.invalid} invalid values; strict: ${counts.refused} schemas refused, ${counts.validAccepted} valid values accepted, ${counts.invalidRefused} invalid ones refused; otherwise: ${loose.refused}, ${loose.validAccepted}, ${loose.invalidRefused}; ${faults.length} faults`,
  )
  if (!values.sample) {
    show('Strict schemas are refused for', report.refusals)
    show('Valid values are refused by', report.narrowed)
    show('Invalid values are accepted, unless strict, for', report.unbound)
  }
  for (const fault of values.all ? faults : faults.slice(0, MAX_SHOWN))
    console.log(`  ${fault.slice(0, MAX_SHOWN_UNITS)}`)
  if (faults.length > 0) process.exitCode = 1
}

function show(title: string, counts: ReadonlyMap<string, number>): void {
  console.log(`  ${title}:`)
  for (const [reason, count] of [...counts].toSorted(([, a], [, b]) => b - a))
    console.log(`    ${count} ${reason}`)
}
