import { functionValue, isMapping, mappingValue, plainValue, type TemplateValue } from './template-value.ts'

/** `{% break %}` or `{% continue %}`, with the text that blocks wrote before it. */
export class LoopControl extends Error {
  override readonly name = 'LoopControl'
  readonly isBreak: boolean
  text = ''

  constructor(isBreak: boolean) {
    super(`a template's loop control outside a loop`)
    this.isBreak = isBreak
  }
}

/** The variable `loop` for one item. */
export function loopValue(items: readonly TemplateValue[], index: number): TemplateValue {
  const unset = plainValue(undefined)
  const left = items.length - index
  return mappingValue(
    new Map([
      ['index', plainValue(index + 1)],
      ['index0', plainValue(index)],
      ['revindex', plainValue(left)],
      ['revindex0', plainValue(left - 1)],
      ['first', plainValue(index === 0)],
      ['last', plainValue(left === 1)],
      ['length', plainValue(items.length)],
      ['previtem', items[index - 1] ?? unset],
      ['nextitem', items[index + 1] ?? unset],
      ['cycle', functionValue((args) => cycled(args, index))],
    ]),
  )
}

function cycled(args: readonly TemplateValue[], index: number): TemplateValue {
  const values = args.filter((arg) => !isMapping(arg) || arg.type !== 'KeywordArgumentsValue')
  return values[index % Math.max(1, values.length)] ?? plainValue(undefined)
}
