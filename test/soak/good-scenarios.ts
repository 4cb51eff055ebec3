import { setTimeout as delay } from 'node:timers/promises'
import { asViolation, checkResponse } from '../check-response.ts'
import { counted, counting, repetition } from '../obeying-model.ts'
import { PLAIN_ROUTES } from '../routes/plain-routes.ts'
import { EMBEDDED_MODEL, KNOWN_RESPONSES, UPSTREAM_MODELS } from '../steady-server.ts'
import { type Asked, ask } from './ask.ts'
import { pickRoute } from './pick-route.ts'
import { between, pick, type Random } from './random.ts'
import type { Scenario } from './scenario.ts'

const WORDS = ['river', 'stone', 'blue', 'seven', 'candle', 'north', 'apple', 'quiet', 'horse', 'window']

/** Requests of callers who do everything right. */
export const GOOD_SCENARIOS: readonly Scenario[] = [
  { name: 'embedded', weight: 12, run: (caller) => ask(caller, knownQuestion(caller.random)) },
  { name: 'embedded story', weight: 6, run: (caller) => ask(caller, story(caller.random)) },
  { name: 'upstream', weight: 12, run: (caller) => ask(caller, repeating(caller.random)) },
  {
    name: 'slow upload',
    weight: 2,
    run: (caller) => ask(caller, { ...repeating(caller.random), pieces: dripping }),
  },
  { name: 'slow reader', weight: 2, run: (caller) => ask(caller, slowlyRead(caller.random)) },
  { name: 'other routes', weight: 3, run: (caller) => askPlainly(caller) },
]

/** A question that the demonstration model answers in only one way. */
export function knownQuestion(random: Random): Asked {
  const [text, expectedText] = pick(random, KNOWN_RESPONSES)
  return {
    route: pickRoute(random, EMBEDDED_MODEL),
    question: { text, modelId: EMBEDDED_MODEL, maxTokens: 48, temperature: 0 },
    stream: random() < 0.5,
    expectedText,
  }
}

/** A text of the demonstration model's own, which takes a while. */
export function story(random: Random): Asked {
  return {
    route: pickRoute(random, EMBEDDED_MODEL),
    question: { text: 'Tell me a long story.', modelId: EMBEDDED_MODEL, maxTokens: 400, temperature: 1 },
    stream: random() < 0.7,
    expectedText: null,
  }
}

/** Words that this request alone can get back. */
function repeating(random: Random): Asked {
  const words = Array.from({ length: between(random, 1, 30) }, () => pick(random, WORDS)).join(' ')
  const modelId = pick(random, UPSTREAM_MODELS)
  const mark = between(random, 0, 2 ** 32)
  return {
    route: pickRoute(random, modelId),
    question: { text: repetition(`${mark} ${words}`), modelId, maxTokens: 100, temperature: 1 },
    stream: random() < 0.5,
    expectedText: ` ${mark} ${words}`,
  }
}

/** A long stream that a slow client reads. */
export function slowlyRead(random: Random): Asked {
  const words = between(random, 500, 3_000)
  const modelId = pick(random, UPSTREAM_MODELS)
  return {
    route: pickRoute(random, modelId),
    question: { text: counting(words), modelId, maxTokens: 10_000, temperature: 1 },
    stream: true,
    expectedText: counted(words),
    onPiece: () => delay(between(random, 0, 40)),
  }
}

async function* dripping(body: string): AsyncGenerator<string> {
  const step = Math.ceil(body.length / 20)
  for (let from = 0; from < body.length; from += step) {
    yield body.slice(from, from + step)
    await delay(20)
  }
}

async function askPlainly({ http, random, keep }: Parameters<Scenario['run']>[0]) {
  const route = pick(random, PLAIN_ROUTES)
  const { name, method, path, headers } = route
  const response = await http.send({
    method,
    path,
    headers,
    ...(route.body === undefined ? {} : { body: JSON.stringify(route.body) }),
  })
  keep(response, false)
  if (checkResponse(name, response, route.errors)?.status === 529) return 'overloaded'
  asViolation(name, () => route.check(response.body))
  return 'completed'
}
