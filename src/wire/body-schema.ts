import * as z from 'zod'
import { CompletionError } from '../completion/completion-error.ts'
import { isJsonObject, type JsonObject } from '../util/json-object.ts'

// The pieces that the schemas of request bodies are made of, with the API's texts. `null` is a wrong type unless a
// schema says otherwise.

/** Most entries of a list of stop sequences. The API names no limit. */
export const MAX_STOP_SEQUENCES = 8191
/** Most UTF-16 code units of all stop sequences together: what the matcher's memory is bounded by. */
export const MAX_STOP_SEQUENCE_UNITS_TOTAL = 131_072
/** Most items of `messages`. @see the API's reference, "Messages": `messages` */
export const MAX_MESSAGES = 100_000
/** Most tools of a request, or names of tools. OpenAI's API takes 128; the Claude API names no limit. */
export const MAX_TOOLS = 10_000
/** How much of an unknown field's name is repeated to its sender. */
const MAX_NAMED_KEY_UNITS = 256
/** How much an error says at most: ids and names in it are as long as their sender likes. */
const MAX_ERROR_UNITS = 4_096
/** Larger numbers mean the same as this one: no model's window or vocabulary comes near it, and it fits 32 bits. */
export const LARGEST_COUNT = 2_147_483_647

/** The text for a field that is missing, or of another type than `what`. */
export const ofType = (what: string) => (issue: { readonly input?: unknown }) =>
  issue.input === undefined ? 'Field required' : `Input should be a valid ${what}`

/** Any text. */
export const string = z.string({ error: ofType('string') })
/** A text with something in it. */
export const nonEmptyString = string.min(1, 'String should have at least 1 character')
/** Any number. */
export const number = z.number({ error: ofType('number') })
/** A whole number. */
export const integer = z
  .number({ error: ofType('integer') })
  .refine(Number.isInteger, 'Input should be a valid integer, got a number with a fractional part')
/** `true` or `false`. */
export const boolean = z.boolean({ error: ofType('boolean') })
/** A list of anything; what is in it is looked at by a further schema. */
export const list = z.array(z.unknown(), { error: ofType('list') })
/** The text for what is no object. */
export const dictionary = ofType('dictionary')
/** An object of anything, such as a schema, or what a tool is given. It is not copied, and not looked into. */
export const anyObject = z.custom<JsonObject>(isJsonObject, { error: dictionary })

/** What is in lists whose items are checked by `listOf`, for descriptions of the API. */
export const LIST_ITEMS = new WeakMap<object, z.ZodType>()

/** A list of items of one kind. Of many that are wrong the first is found, and no other looked at. */
export function listOf<Item extends z.ZodType>(item: Item, maxItems: number) {
  const items = list.max(maxItems, `List should have at most ${maxItems} items`)
  LIST_ITEMS.set(items, item)
  return items.transform((values, { addIssue }): z.infer<Item>[] => {
    const read: z.infer<Item>[] = []
    for (const [index, value] of values.entries()) {
      const result = item.safeParse(value)
      if (!result.success) {
        const [issue] = result.error.issues
        addIssue({ code: 'custom', message: issue?.message, path: [index, ...(issue?.path ?? [])] })
        return z.NEVER
      }
      read.push(result.data)
    }
    return read
  })
}

/** One of some texts. */
export function oneOf<const Values extends readonly string[]>(values: Values) {
  const quoted = values.map((value) => `'${value}'`)
  const choices = [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter((part) => part !== '').join(' or ')
  return z.enum(values, {
    error: (issue) => (issue.input === undefined ? 'Field required' : `Input should be ${choices}`),
  })
}

/** A string of at most `max` characters. */
export const textUpTo = (max: number) =>
  string.refine(
    // No character has more than two code units.
    (text) => text.length <= max || (text.length <= 2 * max && [...text].length <= max),
    `String should have at most ${max} characters`,
  )

/** A string that is stored and shown on one line, of at most `max` characters. PostgreSQL stores no NUL. */
export const lineUpTo = (max: number) =>
  textUpTo(max).refine((text) => !/\p{Cc}/u.test(text), 'String should have no control characters')
/** The same with something in it. */
export const nameUpTo = (max: number) => lineUpTo(max).min(1, 'String should have at least 1 character')

/** A share: a number from 0 to 1. */
export const share = number.refine((value) => value >= 0 && value <= 1, 'range: 0..1')
/** A whole number that is not negative. */
export const count = integer.min(0, 'Input should be greater than or equal to 0')
/** A share; −1 means that it is off, which some clients always send. */
export const shareOrOff = number
  .refine((value) => value === -1 || (value >= 0 && value <= 1), 'range: 0..1')
  .transform((value) => (value === -1 ? null : value))
/** A {@link count}; −1 means that it is off. */
export const countOrOff = integer
  .refine((value) => value >= -1, 'Input should be greater than or equal to 0')
  .transform((value) => (value === -1 ? null : value))
/** A whole number from 1 on. */
export const positiveCount = integer.min(1, 'Input should be greater than or equal to 1')
/** A model's id. */
export const modelId = textUpTo(256).min(1, 'String should have at least 1 character')

const STOP_SEQUENCES_TOO_LONG = `stop sequences should have at most ${MAX_STOP_SEQUENCE_UNITS_TOTAL} characters together`

/** Stop sequences, none of them empty. */
export const stopSequences = listOf(string, MAX_STOP_SEQUENCES)
  .refine((all) => all.every((one) => one !== ''), 'each stop sequence must be non-empty')
  .refine(areShort, STOP_SEQUENCES_TOO_LONG)

/** A stop sequence, which may be empty, or a list of them. */
export const stopSequenceOrList = z
  .union([string, stopSequences], { error: 'Input should be a valid string or list of strings' })
  .transform((stop) => [stop].flat())
  .refine(areShort, STOP_SEQUENCES_TOO_LONG)

function areShort(all: readonly string[]): boolean {
  return all.reduce((units, one) => units + one.length, 0) <= MAX_STOP_SEQUENCE_UNITS_TOTAL
}

/** Who a request is made for. */
export const metadata = z.strictObject(
  { user_id: textUpTo(256).nullable().optional() },
  { error: dictionary },
)

/**
 * Checks a body, or a part of one, against its schema. Only the first error is reported: zod reports fields in the
 * schema's order, and unknown fields after them.
 *
 * @param place of a part, such as `messages.0`
 * @throws CompletionError `invalid-request`
 */
export function checkBody<Schema extends z.ZodType>(
  body: unknown,
  schema: Schema,
  place = '',
): z.infer<Schema> {
  const result = schema.safeParse(body, WITHOUT_KEYS)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  if (issue === undefined) throw invalidRequest('Invalid request')
  const path = [...(place === '' ? [] : [place]), ...issue.path.map(String)]
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0]?.slice(0, MAX_NAMED_KEY_UNITS)
    throw invalidRequest(`${[...path, key].join('.')}: Extra inputs are not permitted`)
  }
  throw invalidRequest(`${path.join('.')}: ${issue.message}`)
}

/** Of a hundred thousand unknown keys zod would make one text. */
const WITHOUT_KEYS = {
  error: ({ code }: { readonly code?: string | undefined }) =>
    code === 'unrecognized_keys' ? 'Extra inputs are not permitted' : undefined,
}

/**
 * Refuses −1 for "off", as the real API does since 2023.
 *
 * @throws CompletionError `invalid-request`
 */
export function refuseMinusOne(body: object): void {
  const { top_p: topP, top_k: topK } = body as { readonly top_p?: unknown; readonly top_k?: unknown }
  if (topP === -1) throw invalidRequest('top_p: range: 0..1')
  if (topK === -1) throw invalidRequest('top_k: Input should be greater than or equal to 0')
}

/** A request that says something wrong; the text begins with the place. */
export function invalidRequest(message: string): CompletionError {
  const isShort = message.length <= MAX_ERROR_UNITS
  return new CompletionError('invalid-request', isShort ? message : `${message.slice(0, MAX_ERROR_UNITS)}…`)
}
