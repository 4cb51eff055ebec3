import { literal } from '../grammar/grammar-rules.ts'

/** What stands for a part that differs from call to call: a count from 0 or from 1, or an id. */
const MARK = /(\{(?:index|number|id)\})/
const ID_DIGITS = 5

/** A text with marks as a part of a GBNF rule. */
export function markedLiteral(text: string): string {
  const parts = text.split(MARK).filter((part) => part !== '')
  return parts.map((part) => (MARK.test(part) ? ruleOf(part) : literal(part))).join(' ')
}

function ruleOf(mark: string): string {
  return mark === '{id}' ? '[a-zA-Z0-9]{1,64}' : '[0-9]{1,3}'
}

/** A text with its marks filled in for the call at a position. */
export function withMarks(text: string, at: number): string {
  const id = `call${String(at).padStart(ID_DIGITS, '0')}`
  return text
    .replace('{index}', String(at))
    .replace('{number}', String(at + 1))
    .replace('{id}', id)
}
