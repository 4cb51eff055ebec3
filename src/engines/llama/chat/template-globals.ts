import { Environment } from '@huggingface/jinja'
import type { RenderBudget } from './render-budget.ts'
import {
  functionValue,
  listValue,
  plainValue,
  type TemplateScope,
  type TemplateValue,
  textValue,
} from './template-value.ts'

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** The global variables and functions of templates. */
export function templateGlobals(budget: RenderBudget): TemplateScope {
  const scope = new Environment()
  const constants = { true: true, false: false, none: null, True: true, False: false, None: null }
  for (const [name, value] of Object.entries(constants)) scope.setVariable(name, plainValue(value))
  const functions = {
    raise_exception: ([message]: TemplateValue[]) => {
      throw new Error(String(message?.value))
    },
    range: (args: TemplateValue[]) => range(args, budget),
    strftime_now: ([format]: TemplateValue[]) => textValue(formatTime(new Date(), String(format?.value))),
  }
  for (const [name, value] of Object.entries(functions)) scope.setVariable(name, functionValue(value))
  return scope
}

/** Python's `range`, with a bounded length. */
function range(args: readonly TemplateValue[], budget: RenderBudget): TemplateValue {
  const [first = 0, second, step = 1] = args.map(({ value }) => Number(value))
  const [start, stop] = second === undefined ? [0, first] : [first, second]
  if (step === 0) throw new Error('range() step must not be zero')
  const count = Math.max(0, Math.ceil((stop - start) / step))
  if (Number.isNaN(count)) throw new Error('range() wants numbers')
  budget.spendOnList(count)
  return listValue(Array.from({ length: count }, (_, index) => plainValue(start + index * step)))
}

/** Python's `strftime` in the C locale. */
function formatTime(time: Date, format: string): string {
  const two = (value: number) => String(value).padStart(2, '0')
  const day = DAYS[time.getDay()] ?? ''
  const month = MONTHS[time.getMonth()] ?? ''
  const fields: Readonly<Record<string, string>> = {
    Y: String(time.getFullYear()),
    y: two(time.getFullYear() % 100),
    m: two(time.getMonth() + 1),
    B: month,
    b: month.slice(0, 3),
    d: two(time.getDate()),
    A: day,
    a: day.slice(0, 3),
    H: two(time.getHours()),
    I: two(time.getHours() % 12 || 12),
    M: two(time.getMinutes()),
    S: two(time.getSeconds()),
    p: time.getHours() < 12 ? 'AM' : 'PM',
    '%': '%',
  }
  return format.replace(/%(.)/gs, (all, field: string) => fields[field] ?? all)
}
