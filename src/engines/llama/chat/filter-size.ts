import { type RenderBudget, RenderBudgetError } from './render-budget.ts'
import { sizeOf, type TemplateValue } from './template-value.ts'

const INDENTING_FILTERS = new Set(['indent', 'tojson'])
const MAX_INDENT = 64

/** Bounds filters whose result can be as large as the product of their inputs. */
export function checkSizeOf(
  name: string,
  operand: TemplateValue,
  args: readonly TemplateValue[],
  budget: RenderBudget,
): void {
  const widest = args.reduce((most, arg) => Math.max(most, Number(arg.value) || 0), 0)
  if (INDENTING_FILTERS.has(name) && widest > MAX_INDENT) {
    throw new RenderBudgetError(`it indents by more than ${MAX_INDENT} characters`)
  }
  const longest = args.reduce((most, arg) => Math.max(most, sizeOf(arg)), 0)
  if (name === 'join') budget.spendOnText(sizeOf(operand) * longest)
}
