import type { JsonObject } from '../../../util/json-object.ts'
import { type ElementSchema, elementSchema } from './element-schema.ts'
import type { OutputScanner, Resumable } from './output-scanner.ts'
import { isString, parameterJson } from './parameter-value.ts'

const MAX_DEPTH = 64
const MAX_NAME_UNITS = 256

/** An element whose start tag was consumed. */
interface OpenElement {
  readonly schema: JsonObject | null
  readonly endTag: string
  /** Whether it is the input of a call, and so an object. */
  readonly isInput?: boolean
}

interface ElementContext {
  readonly scanner: OutputScanner
  readonly tagStart: string
  /** The schema that references are resolved in. */
  readonly root: JsonObject
  readonly put: (json: string) => void
  readonly depth?: number
}

/**
 * Parses the content of an element as JSON, by its schema: elements in it are members of an object or items of a list.
 *
 * @returns false where the text ends before the element does
 */
export function* parseElement(element: OpenElement, context: ElementContext): Resumable<boolean> {
  const { scanner, tagStart, root, put, depth = 0 } = context
  const { endTag, isInput = false } = element
  const schema = elementSchema(element.schema, root)
  if (!isInput && isString(schema.types)) return yield* parseString(endTag, context)
  const mayHoldElements = isInput || (schema.types?.has('string') !== true && depth < MAX_DEPTH)
  if (yield* scanner.tryConsume(endTag)) {
    put(isInput ? '{}' : emptyValue(schema))
    return true
  }
  if (mayHoldElements && (yield* scanner.tryConsume(`${tagStart}<`)))
    return yield* parseElements({ ...element, isInput }, schema, context)
  if (isInput) {
    if (!scanner.isCut) put('{}')
    return false
  }
  let text = ''
  const isWhole = yield* copyUntil(scanner, endTag, (unit) => {
    text += unit
  })
  if (isWhole || !scanner.isCut) put(parameterJson(text, schema.types))
  return isWhole
}

/** Parses elements, of which the first start tag was consumed up to its name. */
function* parseElements(
  element: OpenElement,
  schema: ElementSchema,
  context: ElementContext,
): Resumable<boolean> {
  const { scanner, tagStart, put } = context
  let name = yield* parseTagName(scanner)
  const isList = !element.isInput && name === 'item' && !schema.properties.has('item')
  put(isList ? '[' : '{')
  let isWhole = false
  for (let separator = ''; name !== null; separator = ',') {
    put(isList ? separator : `${separator}${JSON.stringify(name)}:`)
    if (!(yield* parseChild(name, isList ? schema.items : (schema.properties.get(name) ?? null), context)))
      break
    yield* scanner.consumeSpace()
    const tag = yield* scanner.tryConsumeAny([element.endTag, `${tagStart}<`])
    isWhole = tag === element.endTag
    name = tag === null || isWhole ? null : yield* parseTagName(scanner)
  }
  if (isWhole || !scanner.isCut) put(isList ? ']' : '}')
  return isWhole
}

function* parseTagName(scanner: OutputScanner): Resumable<string | null> {
  return (yield* scanner.consumeUntil(['>'], MAX_NAME_UNITS))?.text ?? null
}

function* parseChild(name: string, schema: JsonObject | null, context: ElementContext): Resumable<boolean> {
  const { tagStart, depth = 0 } = context
  return yield* parseElement({ schema, endTag: `${tagStart}</${name}>` }, { ...context, depth: depth + 1 })
}

function* parseString(endTag: string, { scanner, put }: ElementContext): Resumable<boolean> {
  put('"')
  const isWhole = yield* copyUntil(scanner, endTag, (unit) =>
    put(unit < ' ' || unit === '"' || unit === '\\' ? JSON.stringify(unit).slice(1, -1) : unit),
  )
  if (isWhole || !scanner.isCut) put('"')
  return isWhole
}

/** @returns false where the text ends before the end tag */
export function* copyUntil(
  scanner: OutputScanner,
  endTag: string,
  put: (unit: string) => void,
): Resumable<boolean> {
  while (!(yield* scanner.tryConsume(endTag))) {
    const unit = yield* scanner.peek()
    if (unit === '') return false
    put(unit)
    scanner.advance()
  }
  return true
}

/** The value of an element with nothing in it. */
function emptyValue({ types }: ElementSchema): string {
  if (types?.has('array')) return '[]'
  if (types?.has('object')) return '{}'
  return types?.has('null') ? 'null' : '""'
}
