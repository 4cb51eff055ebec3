import { Environment } from '@huggingface/jinja'
import type { AuthorEncoding } from './author-encoding.ts'
import { EncodedKeyMap } from './encoded-key-map.ts'
import { checkSizeOf } from './filter-size.ts'
import {
  type Binary,
  type Filter,
  type FilterCall,
  type Held,
  held,
  type Loop,
  type MappingLiteral,
  type Member,
  type Named,
  namedFilter,
  OpenInterpreter,
  type Slice,
  type Tested,
} from './open-interpreter.ts'
import { pythonText, type TextMeans } from './python-text.ts'
import type { RenderBudget } from './render-budget.ts'
import { SORT_FILTERS } from './sort-filters.ts'
import { isEqual } from './template-equality.ts'
import { FILTERS, itemsIn } from './template-filters.ts'
import { LoopControl, loopValue } from './template-loop.ts'
import { memberOf } from './template-member.ts'
import { contains, TESTS } from './template-tests.ts'
import {
  isInteger,
  isList,
  isMapping,
  isText,
  isTrue,
  listValue,
  mappingValue,
  plainValue,
  sizeOf,
  type TemplateNode,
  type TemplateScope,
  type TemplateValue,
  textValue,
} from './template-value.ts'
import { TEXT_FUNCTIONS, type TextFunctionInput } from './text-functions.ts'

const LOGICAL_OPERATORS = new Set(['and', 'or'])
const SEARCHES = new Set(['in', 'not in'])
const EQUALITIES = new Set(['==', '!='])
/** Filters that take constant time. */
const QUICK_FILTERS = new Set(['first', 'last', 'default', 'd', 'safe'])
/** Filters that take the text of any value. */
const TEXT_FILTERS = new Set(['upper', 'lower', 'title', 'capitalize', 'trim', 'replace'])
/** A loop takes about as long as four steps for an item. */
const STEPS_PER_ITEM = 4
/** Statements whose value is not written. */
const SILENT_STATEMENTS = new Set(['Set', 'Macro', 'Comment'])
/** Shorter texts are decoded faster than looked up. */
const KEPT_PLAIN_UNITS = 4_096
const SURROGATE = /[\ud800-\udfff]/

/**
 * Renders templates on texts encoded with their authors: comparisons see decoded texts, operations that create texts
 * keep the authors. Its steps are bounded.
 */
export class TemplateInterpreter extends OpenInterpreter {
  readonly #means: TextMeans
  readonly #budget: RenderBudget
  readonly #plainTexts = new WeakMap<TemplateValue, TemplateValue>()

  constructor(scope: TemplateScope, code: AuthorEncoding, budget: RenderBudget) {
    super(scope)
    this.#means = { code, budget }
    this.#budget = budget
  }

  override evaluate(node: TemplateNode | undefined, scope: TemplateScope): TemplateValue {
    this.#budget.spend(1)
    if (node?.type === 'HeldValue') return (node as Held).held
    if (node?.type === 'Break' || node?.type === 'Continue') throw new LoopControl(node.type === 'Break')
    if (node?.type === 'ObjectLiteral') return this.#evaluateMapping(node as MappingLiteral, scope)
    const value = super.evaluate(node, scope)
    if (isText(value)) this.#budget.checkText(value.value.length)
    if (node?.type === 'CallExpression') this.#pass(value)
    return value
  }

  /** The package's own writes values as JSON, and None not at all. */
  override evaluateBlock(statements: readonly TemplateNode[], scope: TemplateScope): TemplateValue {
    let text = ''
    for (const statement of statements) {
      try {
        const value = this.evaluate(statement, scope)
        if (!SILENT_STATEMENTS.has(statement.type)) text += pythonText(value, this.#means)
      } catch (error) {
        if (error instanceof LoopControl) error.text = text + error.text
        throw error
      }
    }
    return textValue(text)
  }

  /** The package's own throws and catches an error for each unknown name. */
  override evaluateIdentifier({ value: name }: Named, scope: TemplateScope): TemplateValue {
    for (let at: TemplateScope | undefined = scope; at !== undefined; at = at.parent) {
      const value = at.variables.get(name)
      if (value !== undefined) return value
    }
    return plainValue(undefined)
  }

  override evaluateBinaryExpression(node: Binary, scope: TemplateScope): TemplateValue {
    const operator = node.operator.value
    if (LOGICAL_OPERATORS.has(operator)) return super.evaluateBinaryExpression(node, scope)
    const left = this.evaluate(node.left, scope)
    const right = this.evaluate(node.right, scope)
    if (operator === '~') return textValue(pythonText(left, this.#means) + pythonText(right, this.#means))
    if (operator === '+') {
      const joined = super.evaluateBinaryExpression({ ...node, left: held(left), right: held(right) }, scope)
      if (isList(joined)) this.#pass(joined)
      return joined
    }
    if (operator === '*' && isText(left) && isInteger(right))
      return this.#repeat(left.value, Number(right.value))
    if (SEARCHES.has(operator)) {
      if (!isMapping(right)) this.#pass(right)
      return plainValue(contains(this.#plain(right, true), this.#plain(left, true)) === (operator === 'in'))
    }
    for (const side of [left, right]) if (!isText(side)) this.#pass(side)
    const [a, b] = [this.#plain(left, true), this.#plain(right, true)]
    if (EQUALITIES.has(operator)) return plainValue(isEqual(a, b) === (operator === '=='))
    return this.#compareOrCalculate(node, a, b, scope)
  }

  override evaluateMemberExpression(node: Member, scope: TemplateScope): TemplateValue {
    const object = this.evaluate(node.object, scope)
    if (node.computed && node.property.type === 'SliceExpression') {
      return this.evaluateSliceExpression(object, node.property as Slice, scope)
    }
    const property = node.computed
      ? this.#plain(this.evaluate(node.property, scope))
      : textValue((node.property as Named).value)
    const plain = (value: TemplateValue) => this.#plain(value)
    return memberOf({ object, property, isItem: node.computed, means: this.#means, plain })
  }

  /** The package's own creates a list of all characters first. */
  override evaluateSliceExpression(object: TemplateValue, node: Slice, scope: TemplateScope): TemplateValue {
    const [start, stop, step] = [node.start, node.stop, node.step].map((bound) => this.evaluate(bound, scope))
    this.#pass(object)
    const isWhole = [start, stop].every((bound) => Number.isInteger(bound?.value ?? 0))
    if (isText(object) && isWhole && step?.value === undefined && !SURROGATE.test(object.value)) {
      return textValue(object.value.slice(...([start?.value, stop?.value] as number[])))
    }
    const constraint = { start: held(start), stop: held(stop), step: held(step) }
    return super.evaluateSliceExpression(object, { ...node, ...constraint }, scope)
  }

  override evaluateTestExpression(node: Tested, scope: TemplateScope): TemplateValue {
    const test = TESTS.get(node.test.value)
    if (test === undefined) throw new Error(`there is no test ${node.test.value}`)
    const passes = test(this.#plain(this.evaluate(node.operand, scope)), undefined)
    return plainValue(passes !== node.negate)
  }

  /** The package's own keeps what an item's turn sets for the next one, and drops the text before `continue`. */
  override evaluateFor(node: Loop, scope: TemplateScope): TemplateValue {
    const { iterable } = node
    const all = itemsIn(this.evaluate(iterable.lhs ?? iterable, new Environment(scope)))
    this.#budget.spend(STEPS_PER_ITEM * all.length)
    const { test } = iterable
    const items =
      test && iterable.lhs
        ? all.filter((item) => isTrue(this.evaluate(test, this.#itemScope(node, item, scope))))
        : all
    let text = ''
    let isComplete = false
    for (const [index, item] of items.entries()) {
      const itemScope = this.#itemScope(node, item, scope)
      itemScope.setVariable('loop', loopValue(items, index))
      try {
        text += this.evaluateBlock(node.body, itemScope).value
        isComplete = true
      } catch (error) {
        if (!(error instanceof LoopControl)) throw error
        text += error.text
        if (error.isBreak) break
      }
    }
    // As in Jinja, a loop whose every turn was cut short counts as an empty one.
    return isComplete ? textValue(text) : textValue(text + this.evaluateBlock(node.defaultBlock, scope).value)
  }

  override applyFilter(operand: TemplateValue, filter: Filter, scope: TemplateScope): TemplateValue {
    const name = filter.value ?? filter.callee?.value ?? ''
    const [args, options] = this.evaluateArguments(filter.args ?? [], scope)
    const isQuick = QUICK_FILTERS.has(name) && !isText(operand)
    if (!isQuick) this.#pass(operand)
    const value = this.#filtered(operand, { name, filter, args, options, scope })
    if (!isQuick) this.#pass(value)
    return value
  }

  #filtered(operand: TemplateValue, { name, filter, args, options, scope }: FilterCall): TemplateValue {
    if (TEXT_FILTERS.has(name)) {
      const work = TEXT_FUNCTIONS.get(name)
      const text = pythonText(operand, this.#means)
      if (work) return this.#workOnText(work, text, [...args, mappingValue(options)])
    }
    checkSizeOf(name, operand, [...args, ...options.values()], this.#budget)
    const apply = FILTERS.get(name) ?? SORT_FILTERS.get(name)
    if (apply) {
      const { code, budget } = this.#means
      return apply({
        operand,
        args,
        options,
        code,
        budget,
        plain: (value, hasItems) => this.#plain(value, hasItems),
        filter: (item, called, rest) =>
          this.#filtered(item, {
            name: called,
            filter: namedFilter(called, rest),
            args: rest,
            options: new Map(),
            scope,
          }),
      })
    }
    return super.applyFilter(operand, filter, scope)
  }

  #workOnText(
    work: (input: TextFunctionInput) => TemplateValue,
    text: string,
    args: readonly TemplateValue[],
  ): TemplateValue {
    this.#budget.spendOnText(text.length)
    return work({ text, args, ...this.#means })
  }

  #evaluateMapping({ value: pairs }: MappingLiteral, scope: TemplateScope): TemplateValue {
    const entries = new EncodedKeyMap<TemplateValue>(this.#means.code, [])
    for (const [key, value] of pairs)
      entries.set(this.evaluate(key, scope).value as string, this.evaluate(value, scope))
    return mappingValue(entries)
  }

  #repeat(text: string, times: number): TemplateValue {
    this.#budget.spendOnText(text.length * Math.max(0, times))
    return textValue(text.repeat(Math.max(0, times)))
  }

  #compareOrCalculate(node: Binary, a: TemplateValue, b: TemplateValue, scope: TemplateScope): TemplateValue {
    const operator = node.operator.value
    const [left, right] = [a.value, b.value] as string[]
    if (isText(a) && isText(b) && left !== undefined && right !== undefined) {
      if (operator === '<') return plainValue(left < right)
      if (operator === '<=') return plainValue(left <= right)
      if (operator === '>') return plainValue(left > right)
      if (operator === '>=') return plainValue(left >= right)
    }
    const value = super.evaluateBinaryExpression({ ...node, left: held(a), right: held(b) }, scope)
    // Python's remainder has the sign of the divisor.
    const isOff = operator === '%' && Number(value.value) * Number(right) < 0
    return isOff ? plainValue(Number(value.value) + Number(right)) : value
  }

  #itemScope({ loopvar }: Loop, item: TemplateValue, scope: TemplateScope): TemplateScope {
    const itemScope = new Environment(scope) as TemplateScope
    const names = loopvar.type === 'Identifier' ? [loopvar] : (loopvar.value as readonly Named[])
    const values = loopvar.type === 'Identifier' ? [item] : itemsIn(item)
    if (names.length !== values.length)
      throw new Error(`cannot unpack ${values.length} values into ${names.length} names`)
    for (const [at, name] of names.entries()) itemScope.setVariable(String(name.value), values[at] ?? item)
    return itemScope
  }

  /** The decoded value; with `hasItems` also the decoded items of a list. */
  #plain(value: TemplateValue, hasItems = false): TemplateValue {
    if (isList(value) && hasItems) return listValue(value.value.map((item) => this.#plain(item)))
    if (!isText(value)) return value
    const known = this.#plainTexts.get(value)
    if (known !== undefined) return known
    this.#budget.spendOnText(value.value.length)
    const plain = this.#means.code.decode(value.value)
    const made = plain === value.value ? value : textValue(plain)
    if (plain.length >= KEPT_PLAIN_UNITS) this.#plainTexts.set(value, made)
    return made
  }

  /** Spends the steps of visiting a value once. */
  #pass(value: TemplateValue): void {
    if (isText(value)) this.#budget.spendOnText(value.value.length)
    else this.#budget.spendOnList(sizeOf(value))
  }
}
