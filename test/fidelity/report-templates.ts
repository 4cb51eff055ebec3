import { type ComparisonPlan, compareTemplates, type TemplateComparison } from './compare-templates.ts'
import { KNOWN_DIFFERENCES } from './known-differences.ts'

/** How much of a difference is shown before and after its start. */
const SHOWN_UNITS = 60

/** Compares rendered templates, and prints what differs. Returns how many prompts do. */
export function reportTemplates(plan: ComparisonPlan): number {
  let [templates, cases, refusedByBoth, wrong] = [0, 0, 0, 0]
  for (const comparison of compareTemplates(plan)) {
    templates++
    cases += comparison.cases
    refusedByBoth += comparison.refusedByBoth
    if (!KNOWN_DIFFERENCES.has(comparison.template)) wrong += report(comparison)
  }
  console.log(
    `${templates} templates, ${cases} prompts: ${wrong} differ from jinja2; ${refusedByBoth} are refused by both`,
  )
  return wrong
}

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
