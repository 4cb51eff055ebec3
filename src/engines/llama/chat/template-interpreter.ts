import { Environment } from '@huggingface/jinja'
import type { AuthorEncoding } from './author-encoding.ts'
import { EncodedKeyMap } from './encoded-key-map.ts'
import {
  type Binary,
  type Filter,
  type FilterCall,
  type Held,
  held,
  type Loop,
  type Member,
  type Named,
  OpenInterpreter,
  type Slice,
  type Tested,
} from './open-interpreter.ts'
import { type RenderBudget, RenderBudgetError } from './render-budget.ts'
import {
  functionValue,
  isList,
  isMapping,
  isText,
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
const JOINING_OPERATORS = new Set(['+', '~'])
/** Filters that take constant time. */
const QUICK_FILTERS = new Set(['length', 'first', 'last', 'list', 'default', 'safe'])
const NUMBER_FILTERS = new Set(['int', 'float'])
/** The package takes about as long as four steps for an item of a loop. */
const STEPS_PER_ITEM = 4
const SELECTING_FILTERS = new Set(['selectattr', 'rejectattr'])
const INDENTING_FILTERS = new Set(['indent', 'tojson'])
const MAX_INDENT = 64
/** Shorter texts are decoded faster than looked up. */
const KEPT_PLAIN_UNITS = 4_096
const SURROGATE = /[\ud800-\udfff]/

/**
 * Renders templates on texts encoded with their authors: comparisons see decoded texts, operations that create texts
 * keep the authors. Its steps are bounded.
 */
export class TemplateInterpreter extends OpenInterpreter {
  readonly #code: AuthorEncoding
  readonly #budget: RenderBudget
  readonly #plainTexts = new WeakMap<TemplateValue, TemplateValue>()

  constructor(scope: TemplateScope, code: AuthorEncoding, budget: RenderBudget) {
    super(scope)
    this.#code = code
    this.#budget = budget
  }

  override evaluate(node: TemplateNode | undefined, scope: TemplateScope): TemplateValue {
    this.#budget.spend(1)
    if (node?.type === 'HeldValue') return (node as Held).held
    const value = super.evaluate(node, scope)
    if (isText(value)) this.#budget.checkText(value.value.length)
    if (node?.type === 'ObjectLiteral' && isMapping(value)) this.#keepAuthorsOfKeys(value)
    if (node?.type === 'CallExpression') this.#pass(value)
    return value
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
    if (JOINING_OPERATORS.has(operator)) {
      const joined = super.evaluateBinaryExpression({ ...node, left: held(left), right: held(right) }, scope)
      if (isList(joined)) this.#pass(joined)
      return joined
    }
    const isSearch = operator.endsWith('in')
    if (isSearch && !isMapping(right)) this.#pass(right)
    const inPlain = (value: TemplateValue) => held(this.#plain(value, isSearch))
    return super.evaluateBinaryExpression({ ...node, left: inPlain(left), right: inPlain(right) }, scope)
  }

  override evaluateMemberExpression(node: Member, scope: TemplateScope): TemplateValue {
    const object = this.evaluate(node.object, scope)
    if (node.computed && node.property.type === 'SliceExpression') {
      return this.evaluateSliceExpression(object, node.property as Slice, scope)
    }
    const property = node.computed ? this.#plain(this.evaluate(node.property, scope)) : null
    const name = property === null ? (node.property as Named).value : property.value
    if (isText(object)) {
      const work = TEXT_FUNCTIONS.get(String(name))
      if (work) return functionValue((args) => this.#workOnText(work, object.value, args))
    }
    if (isMapping(object) && name === 'get' && !object.value.has('get')) {
      return functionValue(([key, other]) => {
        const found = isText(key) ? object.value.get(this.#code.decode(key.value)) : undefined
        return found ?? other ?? plainValue(null)
      })
    }
    return super.evaluateMemberExpression(
      { ...node, object: held(object), property: property === null ? node.property : held(property) },
      scope,
    )
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
    const operand = held(this.#plain(this.evaluate(node.operand, scope)))
    return super.evaluateTestExpression({ ...node, operand }, scope)
  }

  override evaluateFor(node: Loop, scope: TemplateScope): TemplateValue {
    const { iterable } = node
    const items = this.evaluate(iterable.lhs ?? iterable, new Environment(scope))
    this.#budget.spend(STEPS_PER_ITEM * sizeOf(items))
    const evaluated = iterable.lhs === undefined ? held(items) : { ...iterable, lhs: held(items) }
    return super.evaluateFor({ ...node, iterable: evaluated }, scope)
  }

  override applyFilter(operand: TemplateValue, filter: Filter, scope: TemplateScope): TemplateValue {
    const name = filter.value ?? filter.callee?.value ?? ''
    if (QUICK_FILTERS.has(name)) return super.applyFilter(operand, filter, scope)
    this.#pass(operand)
    const [args, options] = this.evaluateArguments(filter.args ?? [], scope)
    const value = this.#filtered(operand, { name, filter, args, options, scope })
    this.#pass(value)
    return value
  }

  #filtered(operand: TemplateValue, { name, filter, args, options, scope }: FilterCall): TemplateValue {
    const work = isText(operand) ? TEXT_FUNCTIONS.get(name) : undefined
    if (isText(operand) && work)
      return this.#workOnText(work, operand.value, [...args, mappingValue(options)])
    if (NUMBER_FILTERS.has(name)) return super.applyFilter(this.#plain(operand), filter, scope)
    this.#checkSizeOf(name, operand, [...args, ...options.values()])
    if (name === 'dictsort' && isMapping(operand)) return this.#sortEntries(operand.value, filter, scope)
    if (name === 'sort' && isList(operand)) return this.#sortItems(operand.value, filter, scope)
    if (SELECTING_FILTERS.has(name) && isList(operand))
      return this.#select(operand.value, args[0], filter, scope)
    const value = super.applyFilter(operand, filter, scope)
    const isAscii = name === 'tojson' && options.get('ensure_ascii')?.value === true
    return isAscii && isText(value) ? textValue(this.#asciiOf(value.value)) : value
  }

  #workOnText(
    work: (input: TextFunctionInput) => TemplateValue,
    text: string,
    args: readonly TemplateValue[],
  ): TemplateValue {
    this.#budget.spendOnText(text.length)
    return work({ text, args, code: this.#code, budget: this.#budget })
  }

  /** Bounds filters whose result can be as large as the product of their inputs. */
  #checkSizeOf(name: string, operand: TemplateValue, args: readonly TemplateValue[]): void {
    const widest = args.reduce((most, arg) => Math.max(most, Number(arg.value) || 0), 0)
    if (INDENTING_FILTERS.has(name) && widest > MAX_INDENT) {
      throw new RenderBudgetError(`it indents by more than ${MAX_INDENT} characters`)
    }
    const longest = args.reduce((most, arg) => Math.max(most, sizeOf(arg)), 0)
    if (name === 'join') this.#budget.spendOnText(sizeOf(operand) * longest)
  }

  /** Sorts entries by their decoded keys. */
  #sortEntries(entries: Map<string, TemplateValue>, filter: Filter, scope: TemplateScope): TemplateValue {
    const decode = (key: string) => this.#code.decode(key)
    const encoded = new Map([...entries.keys()].map((key) => [decode(key), key]))
    const plain = mappingValue(new Map([...entries].map(([key, value]) => [decode(key), value])))
    const sorted = super.applyFilter(plain, filter, scope)
    const pairs = (isList(sorted) ? sorted.value : []).map((pair) => {
      const [key, value] = isList(pair) ? pair.value : []
      const name = String(key?.value)
      return listValue([textValue(encoded.get(name) ?? name), value ?? plainValue(undefined)])
    })
    return listValue(pairs)
  }

  #sortItems(items: readonly TemplateValue[], filter: Filter, scope: TemplateScope): TemplateValue {
    const plain = items.map((item) => this.#plain(item))
    const encoded = new Map(plain.map((item, index) => [item, items[index] ?? item]))
    return this.#originals(super.applyFilter(listValue(plain), filter, scope), encoded)
  }

  /** Selects items by a decoded attribute. */
  #select(
    items: readonly TemplateValue[],
    name: TemplateValue | undefined,
    filter: Filter,
    scope: TemplateScope,
  ): TemplateValue {
    const plain = items.map((item) => {
      const value = isMapping(item) && isText(name) ? item.value.get(name.value) : undefined
      return isText(value) ? mappingValue(new Map([[String(name?.value), this.#plain(value)]])) : item
    })
    const encoded = new Map(plain.map((item, index) => [item, items[index] ?? item]))
    return this.#originals(super.applyFilter(listValue(plain), filter, scope), encoded)
  }

  #originals(list: TemplateValue, encoded: ReadonlyMap<TemplateValue, TemplateValue>): TemplateValue {
    return listValue((isList(list) ? list.value : []).map((item) => encoded.get(item) ?? item))
  }

  /** Decodes the escaped stand-ins of other characters than ASCII in JSON. */
  #asciiOf(json: string): string {
    return json.replace(/\\u[0-9a-f]{4}/g, (sequence) => {
      const unit = Number.parseInt(sequence.slice(2), 16)
      const standIn = String.fromCharCode(unit)
      const char = this.#code.decode(standIn)
      if (char === standIn) return sequence
      return char < '\u007f' ? standIn : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`
    })
  }

  #keepAuthorsOfKeys(mapping: { value: Map<string, TemplateValue> }): void {
    mapping.value = new EncodedKeyMap(this.#code, mapping.value)
  }

  /** The decoded value; with `hasItems` also the decoded items of a list. */
  #plain(value: TemplateValue, hasItems = false): TemplateValue {
    if (isList(value) && hasItems) return listValue(value.value.map((item) => this.#plain(item)))
    if (!isText(value)) return value
    const known = this.#plainTexts.get(value)
    if (known !== undefined) return known
    this.#budget.spendOnText(value.value.length)
    const plain = this.#code.decode(value.value)
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
