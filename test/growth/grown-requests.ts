import type { CompletingRoute, PlainRoute } from '../routes/completing-route.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { depthOf, type Fields, jsonOf, keysOf, timesOf } from '../routes/growable-fields.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { EMBEDDED_MODEL, TURNS_ONLY_MODELS, UPSTREAM_MODELS } from '../steady-server.ts'
import { grownFields } from './grown-fields.ts'
import { GROWN_PATTERNS, GROWN_SCHEMAS } from './grown-schemas.ts'
import { GROWN_TEXTS } from './grown-texts.ts'

/** A request with much of one thing. */
export interface GrownRequest {
  /** The route, the model and what there is much of. */
  readonly name: string
  readonly what: string
  /** A group that many of them belong to: texts, patterns… */
  readonly kind: 'text' | 'name' | 'list' | 'field' | 'schema' | 'pattern' | 'wrong'
  readonly route: CompletingRoute | PlainRoute
  readonly modelId: string
  readonly bodyOf: (count: number) => Fields
  /** The number that makes a body of about this many bytes. */
  readonly countFor: (bytes: number) => number
}

/** Every route with a body that can grow. */
export const GROWING_ROUTES: readonly (CompletingRoute | PlainRoute)[] = [
  ...COMPLETING_ROUTES,
  ...PLAIN_ROUTES.filter(({ growable }) => growable !== null),
]

/** The models that answer on a route. */
export function modelsOf(route: CompletingRoute | PlainRoute): readonly string[] {
  const takesText = 'takesTurns' in route && !route.takesTurns
  const across = UPSTREAM_MODELS.filter((model) => !takesText || !TURNS_ONLY_MODELS.has(model))
  return [EMBEDDED_MODEL, ...across]
}

/** All that a route's callers can make large. Models across HTTP are spared the kinds that only an embedded one reads. */
export function grownRequests(route: CompletingRoute | PlainRoute, modelId: string): GrownRequest[] {
  const { texts = {}, names = {}, lists = {}, schemas = {} } = route.growable ?? {}
  const good = goodBody(route, modelId)
  const isEmbedded = modelId === EMBEDDED_MODEL
  const kindsOfText = Object.entries(GROWN_TEXTS).slice(0, isEmbedded ? undefined : 1)
  const grown = (kind: GrownRequest['kind'], what: string, fieldsOf: (count: number) => Fields) => {
    const bodyOf = (count: number) => ({ ...good, ...fieldsOf(count) })
    const name = `${route.name}, ${modelId}, ${what}`
    return { name, what, kind, route, modelId, bodyOf, countFor: (bytes: number) => countFor(bytes, bodyOf) }
  }
  return [
    ...Object.entries(texts).flatMap(([place, fieldsOf]) =>
      kindsOfText.map(([kind, textOf]) =>
        grown('text', `${place}: ${kind}`, (count) => fieldsOf(textOf(count))),
      ),
    ),
    ...Object.entries(names).map(([place, fieldsOf]) =>
      grown('name', `${place}: one word`, (count) => fieldsOf('a'.repeat(count))),
    ),
    ...Object.entries(lists).map(([place, fieldsOf]) => grown('list', place, fieldsOf)),
    ...Object.entries(schemas).flatMap(([place, fieldsOf]) => [
      ...Object.entries(isEmbedded ? GROWN_SCHEMAS : {}).map(([kind, schemaOf]) =>
        grown('schema', `${place}: ${kind}`, (count) => fieldsOf(schemaOf(count))),
      ),
      ...Object.entries(isEmbedded ? GROWN_PATTERNS : {}).map(([kind, patternOf]) =>
        grown('pattern', `${place}: pattern, ${kind}`, (count) =>
          fieldsOf({ type: 'string', pattern: patternOf(count) }),
        ),
      ),
    ]),
    ...('richBodies' in route ? grownFields(route.richBodies(modelId)) : []).map(({ what, bodyOf }) =>
      grown('field', what, bodyOf),
    ),
    ...wrongFields(route, modelId).map(([what, fieldsOf]) => grown('wrong', what, fieldsOf)),
  ]
}

const SAMPLE_COUNT = 64

function countFor(bytes: number, bodyOf: (count: number) => Fields): number {
  const [one, many] = [jsonOf(bodyOf(1)).length, jsonOf(bodyOf(SAMPLE_COUNT)).length]
  const each = Math.max(1, (many - one) / (SAMPLE_COUNT - 1))
  return Math.max(1, Math.ceil((bytes - one) / each))
}

function goodBody(route: CompletingRoute | PlainRoute, modelId: string): Fields {
  if (!('readWhole' in route)) return { ...route.body, model: modelId }
  return route.body({ text: 'Hi', modelId, maxTokens: 4, temperature: 0 }, false)
}

/** Every field that the route knows, with what it should not hold, and much of it. */
function wrongFields(
  route: CompletingRoute | PlainRoute,
  modelId: string,
): (readonly [string, (count: number) => Fields])[] {
  const known = 'richBodies' in route ? route.richBodies(modelId) : [route.body ?? {}]
  return [...new Set(known.flatMap(Object.keys))].flatMap(
    (field): (readonly [string, (count: number) => Fields])[] => [
      [`${field}: a list of numbers`, (count) => ({ [field]: timesOf(count, () => 7) })],
      [`${field}: a list of empty objects`, (count) => ({ [field]: timesOf(count, () => ({})) })],
      [`${field}: an object of many keys`, (count) => ({ [field]: keysOf(count) })],
      [`${field}: a deep list`, (count) => ({ [field]: depthOf(count) })],
      [`${field}: a long text`, (count) => ({ [field]: 'a'.repeat(count) })],
    ],
  )
}
