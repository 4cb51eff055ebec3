import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import type { CompletingRoute } from '../routes/completing-route.ts'
import { COMPLETING_ROUTES } from '../routes/completing-routes.ts'
import { EMBEDDED_MODEL, TURNS_ONLY_MODELS, UPSTREAM_MODELS } from '../steady-server.ts'
import { checkFuzzedResponse } from './check-fuzzed-response.ts'
import { byteEdits, cuts, editBytes, piecesOf } from './edit-bytes.ts'
import { editTree, treeEdits } from './edit-tree.ts'
import type { FuzzedServer, FuzzTarget } from './fuzz-target.ts'
import { hostileText } from './hostile-values.ts'
import { richBodyOf, richChoice } from './rich-choice.ts'

/** Good bodies with values changed, so that what is sent is always JSON. */
export const BODY_TARGET: FuzzTarget = {
  name: 'bodies',
  share: 40,
  workers: 4,
  property: (server) =>
    fc.asyncProperty(
      fc.record({ start: goodBody(), edits: treeEdits }),
      async ({ start: { route, body }, edits }) => {
        await postBytes(server, route, Buffer.from(JSON.stringify(editTree(body, edits))))
      },
    ),
}

/** Good bodies with bytes changed, so that what is sent is hardly ever JSON. */
export const JSON_TEXT_TARGET: FuzzTarget = {
  name: 'texts of bodies',
  share: 25,
  workers: 2,
  property: (server) =>
    fc.asyncProperty(
      fc.record({ start: goodBody(), edits: byteEdits(JSON_SNIPPETS), cuts: fc.option(cuts, { freq: 8 }) }),
      async ({ start: { route, body }, edits, cuts: places }) => {
        const bytes = editBytes(Buffer.from(JSON.stringify(body)), edits)
        await postBytes(server, route, places === null ? bytes : inPieces(bytes, places))
      },
    ),
}

/** Breaks, or nearly breaks, what it is put into. */
const JSON_SNIPPETS: readonly (string | Uint8Array)[] = [
  '"',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '\\',
  '/',
  '\n',
  '\t',
  '\u0000',
  '\u001f',
  '\\u',
  '\\ud83d',
  '\\ude00',
  '\\u0000',
  '\\x41',
  "'",
  '//',
  '/* */',
  '#',
  '-',
  '+1',
  '01',
  '1.',
  '.5',
  '1e',
  '1e999',
  '-1e999',
  '0x10',
  'NaN',
  'Infinity',
  'nul',
  'True',
  'undefined',
  '9'.repeat(400),
  `0.${'0'.repeat(400)}1`,
  `1e${'9'.repeat(50)}`,
  '['.repeat(63),
  '['.repeat(70),
  '{"a":'.repeat(70),
  '[],'.repeat(200),
  '"model":"claude-2.1",',
  '"__proto__":{"stream":true},',
  '"stream":true,',
  '"stream":false,',
  '\ufeff',
  '\u00a0',
  '\u2028',
  ' '.repeat(10_000),
  new Uint8Array([0xff]),
  new Uint8Array([0xc0, 0x80]),
  new Uint8Array([0xed, 0xa0, 0x80]),
  new Uint8Array([0xf4, 0x90, 0x80, 0x80]),
  new Uint8Array([0xe2, 0x82]),
  new Uint8Array([0xff, 0xfe, 0x7b, 0x00]),
  new Uint8Array([0x1f, 0x8b, 0x08]),
]

interface GoodBody {
  readonly route: CompletingRoute
  readonly body: Record<string, unknown>
}

/** Short ones for every model, and ones that have everything. */
function goodBody(): fc.Arbitrary<GoodBody> {
  return fc
    .record({
      route: fc.constantFrom(...COMPLETING_ROUTES),
      modelId: fc.constantFrom(EMBEDDED_MODEL, ...UPSTREAM_MODELS),
      text: fc.oneof(fc.constant('What is 2 + 3?'), hostileText),
      rich: richChoice,
      stream: fc.boolean(),
    })
    .map(({ route, modelId: anyModelId, text, rich, stream }) => {
      const modelId = !route.takesTurns && TURNS_ONLY_MODELS.has(anyModelId) ? EMBEDDED_MODEL : anyModelId
      const question = { text, modelId, maxTokens: 4, temperature: 1 }
      return { route, body: richBodyOf(route, modelId, rich) ?? route.body(question, stream) }
    })
}

async function postBytes(
  { http, keep }: FuzzedServer,
  route: CompletingRoute,
  body: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const response = await http.send({ method: 'POST', path: route.path, headers: route.headers, body })
  keep(response)
  checkFuzzedResponse(route, response)
}

async function* inPieces(bytes: Uint8Array, places: readonly number[]): AsyncGenerator<Uint8Array> {
  for (const piece of piecesOf(bytes, places)) {
    yield piece
    await delay(1)
  }
}
