import { Environment } from '@huggingface/jinja'

/** A value of the interpreter. */
export interface TemplateValue {
  readonly type: string
  readonly value: unknown
  toString(): string
}

/** A statement or expression of a parsed template. */
export interface TemplateNode {
  readonly type: string
}

export interface TemplateScope {
  readonly parent?: TemplateScope
  readonly variables: ReadonlyMap<string, TemplateValue>
  setVariable(name: string, value: TemplateValue): TemplateValue
}

interface TextValue extends TemplateValue {
  readonly value: string
}
interface ListValue extends TemplateValue {
  readonly value: TemplateValue[]
}
interface MappingValue extends TemplateValue {
  value: Map<string, TemplateValue>
}
/** A function of a template; keyword arguments come last, as a mapping. */
export type TemplateFunction = (args: TemplateValue[], scope: TemplateScope) => TemplateValue

// The package does not export its constructors; its values have them.
const constructorOf = (value: unknown) =>
  new Environment().set('value', value).constructor as new (
    value: unknown,
  ) => TemplateValue
const Text = constructorOf('')
const List = constructorOf([])
const Mapping = constructorOf({})
const Callable = constructorOf(() => null)
const Integer = constructorOf(1)
const Float = constructorOf(1.5)
const Truth = constructorOf(true)
const Nothing = constructorOf(null)
const Unset = constructorOf(undefined)

export function textValue(value: string): TemplateValue {
  return new Text(value)
}

export function listValue(value: TemplateValue[]): TemplateValue {
  return new List(value)
}

export function tupleValue(value: TemplateValue[]): TemplateValue {
  return Object.assign(new List(value), { type: 'TupleValue' })
}

export function mappingValue(value: Map<string, TemplateValue>): TemplateValue {
  return new Mapping(value)
}

export function functionValue(value: TemplateFunction): TemplateValue {
  return new Callable(value)
}

export function plainValue(value: number | boolean | null | undefined): TemplateValue {
  if (typeof value === 'number') return Number.isInteger(value) ? new Integer(value) : new Float(value)
  if (typeof value === 'boolean') return new Truth(value)
  return value === null ? new Nothing(null) : new Unset(undefined)
}

export function isText(value: TemplateValue | undefined): value is TextValue {
  return value instanceof Text
}

/** A float, also where its value is whole. */
export function floatValue(value: number): TemplateValue {
  return new Float(value)
}

/** Whether a value is a mapping or a namespace. */
export function hasEntries(value: TemplateValue): value is MappingValue {
  return value.value instanceof Map
}

/** Whether a value is a list or tuple. */
export function isList(value: TemplateValue | undefined): value is ListValue {
  return value instanceof List
}

export function isMapping(value: TemplateValue | undefined): value is MappingValue {
  return value instanceof Mapping
}

export function isInteger(value: TemplateValue | undefined): boolean {
  return value instanceof Integer
}

/** Whether Python takes a value for true. */
export function isTrue(value: TemplateValue): boolean {
  return isList(value) || isMapping(value) ? sizeOf(value) > 0 : Boolean(value.value)
}

/** The number of characters, items or entries; 0 for other values. */
export function sizeOf(value: TemplateValue): number {
  if (isText(value) || isList(value)) return value.value.length
  return isMapping(value) ? value.value.size : 0
}
