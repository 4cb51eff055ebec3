import fc from 'fast-check'
import { MAX_REQUEST_BODY_BYTES } from '../../src/http/read-json-body.ts'
import { GROWING_ROUTES, type GrownRequest, grownRequests, modelsOf } from '../growth/grown-requests.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { type Fields, jsonOf } from '../routes/growable-fields.ts'
import { MESSAGES_ROUTE } from '../routes/messages-routes.ts'
import { CHAT_COMPLETIONS_ROUTE } from '../routes/openai-routes.ts'
import { RESPONSES_ROUTE } from '../routes/responses-route.ts'
import { EMBEDDED_MODEL } from '../steady-server.ts'
import { growTree, placeName, type TreeGrowth } from './grow-tree.ts'
import type { HeavyInput, HeavyTarget } from './heavy-input.ts'
import { randomPattern, randomSchema } from './random-schemas.ts'
import { richBodyOf, richChoice } from './rich-choice.ts'

/** Much of one thing that a caller can make large, as `test/routes/` has it. */
const GROWN_TARGET: HeavyTarget = {
  name: 'grown requests',
  share: 4,
  leastInputs: 700,
  inputs: (seed, count) =>
    grownInputs(seed, count, ['text', 'list', 'name', 'wrong'], [2 ** 16, 2 ** 21, LARGEST_BYTES]),
}

/** Texts that are read while others wait for the same model. */
const CONCURRENT_TARGET: HeavyTarget = {
  name: 'texts beside others',
  share: 1,
  leastInputs: 80,
  inputs: (seed, count) =>
    grownInputs(seed, count, ['text'], [2 ** 14, 2 ** 18, 2 ** 17]).map((input) => ({
      ...input,
      isConcurrent: true,
    })),
}

/** Schemas that are large, and small ones that mean a lot. */
const SCHEMA_TARGET: HeavyTarget = {
  name: 'schemas',
  share: 3,
  leastInputs: 400,
  inputs: (seed, count) =>
    mixed(
      grownInputs(seed, count, ['schema'], [2 ** 7, 2 ** 19, 2 ** 19]),
      fc
        .sample(fc.tuple(randomSchema, treeGrowth, fc.boolean()), { seed, numRuns: count })
        .map(([schema, growth, isGrown], index) =>
          schemaInput(() => (isGrown ? growTree(schema, growth) : schema), index, 'a random schema'),
        ),
    ).slice(0, count),
}

/** Patterns in which a text may be in many places at once. */
const PATTERN_TARGET: HeavyTarget = {
  name: 'patterns',
  share: 3,
  leastInputs: 350,
  inputs: (seed, count) =>
    mixed(
      grownInputs(seed, count, ['pattern'], [2 ** 6, 2 ** 20, 2 ** 14]),
      fc
        .sample(fc.tuple(randomPattern, countUpTo(64)), { seed, numRuns: count })
        .map(([pattern, times], index) =>
          schemaInput(
            () => ({ type: 'string', pattern: `^${pattern.slice(0, MAX_PATTERN).repeat(times)}$` }),
            index,
            'a random pattern',
          ),
        ),
    ).slice(0, count),
}

/** Bodies with every field, in which any value becomes many. */
const TREE_TARGET: HeavyTarget = {
  name: 'grown trees',
  share: 2,
  leastInputs: 250,
  inputs: (seed, count) =>
    fc
      .sample(
        fc.record({
          route: fc.constantFrom(...COMPLETING_ROUTES),
          model: fc.nat(),
          rich: richChoice,
          growth: treeGrowth,
          disconnectsAfterMs: disconnecting,
        }),
        { seed, numRuns: count },
      )
      .map(({ route, model, rich, growth, disconnectsAfterMs }) => {
        const models = modelsOf(route)
        const modelId = models[model % models.length] ?? EMBEDDED_MODEL
        const question = { text: 'Hi', modelId, maxTokens: 4, temperature: 1 }
        const start = richBodyOf(route, modelId, rich) ?? route.body(question, false)
        const what = `${route.name}, ${placeName(start, growth)}`
        return {
          what,
          recipe: () => `${modelId}, ${growth.count} times`,
          route,
          body: () => jsonOf(growTree(start, growth)),
          disconnectsAfterMs,
        }
      }),
}

/** Bodies as large as the server reads, of which a server with many others sees a few. */
const LARGEST_TARGET: HeavyTarget = {
  name: 'largest bodies',
  share: 0.1,
  leastInputs: 12,
  inputs: (seed, count) =>
    grownInputs(
      seed,
      count,
      ['text', 'list', 'name', 'wrong'],
      [LARGEST_BYTES, MAX_BODY_BYTES, MAX_BODY_BYTES],
      'any',
    ),
}

/** Every one of them. */
export const HEAVY_TARGETS: readonly HeavyTarget[] = [
  GROWN_TARGET,
  CONCURRENT_TARGET,
  SCHEMA_TARGET,
  PATTERN_TARGET,
  TREE_TARGET,
  LARGEST_TARGET,
]

const MAX_PATTERN = 2_000
/** How much of a schema is shown. */
const MAX_RECIPE = 2_000

/** As likely to be of one size as of twice that. */
function countUpTo(most: number): fc.Arbitrary<number> {
  return fc.double({ min: 0, max: 1, noNaN: true }).map((share) => Math.round(most ** share))
}

const disconnecting: fc.Arbitrary<number | null> = fc
  .option(fc.integer({ min: 10, max: 1_000 }), { freq: 8 })
  .map((ms) =>
    // `option` is null once in this many; a client disconnects once in this many.
    ms === null ? 200 : null,
  )

const treeGrowth: fc.Arbitrary<TreeGrowth> = fc.record({
  place: fc.nat({ max: 10_000 }),
  type: fc.constantFrom('repeat', 'repeat', 'repeat', 'wrong', 'keys', 'nest'),
  count: countUpTo(100_000),
})

/** Of a list of numbers just within the members that are read of JSON. */
const LARGEST_BYTES = 3_900_000
/** Just within what the server reads. */
const MAX_BODY_BYTES = MAX_REQUEST_BODY_BYTES - 2 ** 16
/** Each kind is first sent in this many sizes. */
const ROUNDS = 6

/**
 * First each kind in every size, the first of them the largest, on some route and of some model; then any. Where there are
 * too few for that, any.
 */
function grownInputs(
  seed: number,
  count: number,
  kinds: readonly GrownRequest['kind'][],
  [leastBytes, mostBytes, firstBytes]: readonly [number, number, number],
  order: 'each kind' | 'any' = 'each kind',
): HeavyInput[] {
  const all = GROWING_ROUTES.flatMap((route) =>
    modelsOf(route).flatMap((modelId) => grownRequests(route, modelId)),
  )
  const groups = new Map<string, GrownRequest[]>()
  for (const grown of all) {
    if (
      !kinds.includes(grown.kind) ||
      (isOfSchemas(grown) && !OBEYING_ROUTES.some((route) => route === grown.route))
    )
      continue
    const name = groupOf(grown)
    groups.set(name, [...(groups.get(name) ?? []), grown])
  }
  const names = [...groups.keys()]
  const sampled = fc.sample(
    fc.record({
      group: fc.nat({ max: names.length - 1 }),
      member: fc.nat(),
      bytes: countUpTo(mostBytes / leastBytes).map((factor) => factor * leastBytes),
      disconnectsAfterMs: disconnecting,
    }),
    { seed, numRuns: count },
  )
  const sizeOf = (round: number, sampledBytes: number) => {
    if (round === 0) return firstBytes
    return round < ROUNDS ? leastBytes * (mostBytes / leastBytes) ** (1 - round / ROUNDS) : sampledBytes
  }
  return sampled.map(({ group, member, bytes, disconnectsAfterMs }, index) => {
    const round = order === 'any' ? ROUNDS : Math.floor(index / names.length)
    const members = groups.get(names[round < ROUNDS ? index % names.length : group] ?? '') ?? []
    const grown = members[member % members.length]
    if (grown === undefined) throw new Error('a group is empty')
    const size = sizeOf(round, bytes)
    const elements = grown.countFor(size)
    const body = () => jsonOf(grown.bodyOf(elements))
    return {
      what: grown.name,
      recipe: () => `${elements} times`,
      route: grown.route,
      body,
      disconnectsAfterMs,
    }
  })
}

/** Routes on which a schema constrains what a model samples. */
const OBEYING_ROUTES = [MESSAGES_ROUTE, CHAT_COMPLETIONS_ROUTE, RESPONSES_ROUTE] as const

function isOfSchemas({ kind }: GrownRequest): boolean {
  return kind === 'schema' || kind === 'pattern'
}

/** What is alike: the kind of a text before one reader of bodies, the kind of a schema, else the place. */
function groupOf({ kind, what, route }: GrownRequest): string {
  const [place, ...rest] = what.split(': ')
  if (kind === 'schema' || kind === 'pattern') return `${kind} ${rest.join(': ')}`
  if (kind !== 'text') return `${kind} ${place}`
  return `${kind} ${rest.join(': ')} of ${GROWING_ROUTES.find(({ growable }) => growable === route.growable)?.name}`
}

function schemaInput(make: () => Fields, index: number, what: string): HeavyInput {
  const route = OBEYING_ROUTES[index % OBEYING_ROUTES.length] ?? MESSAGES_ROUTE
  const places = Object.values(route.growable.schemas)
  const fieldsOf = places[Math.floor(index / OBEYING_ROUTES.length) % places.length]
  if (fieldsOf === undefined) throw new Error(`${route.name} takes no schemas`)
  const question = { text: 'Hi', modelId: EMBEDDED_MODEL, maxTokens: 4, temperature: 1 }
  return {
    what: `${route.name}, ${what}`,
    recipe() {
      const text = JSON.stringify(make())
      return text.length > MAX_RECIPE ? `${text.slice(0, MAX_RECIPE)}… (${text.length} characters)` : text
    },
    route,
    body: () => jsonOf({ ...route.body(question, false), ...fieldsOf(make()) }),
    disconnectsAfterMs: index % 5 === 4 ? 200 : null,
  }
}

/** The kinds of the first in every size, then both by turns. */
function mixed(first: readonly HeavyInput[], second: readonly HeavyInput[]): HeavyInput[] {
  const kinds = Math.min(first.length, MAX_KINDS)
  const rest = first.slice(kinds).flatMap((input, index) => [second[index] ?? input, input])
  return [...first.slice(0, kinds), ...rest]
}

/** More than there are kinds of schemas or patterns. */
const MAX_KINDS = 40 * ROUNDS
