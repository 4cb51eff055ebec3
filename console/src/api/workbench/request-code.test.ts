import { parseAst } from 'vite'
import { describe, expect, it } from 'vitest'
import type { PromptRequest } from './prompt-request.ts'
import { codeLanguages, requestCode } from './request-code.ts'

const NASTY = `it's "quoted" \\ $HOME \`x\` \n\u2028 \u00e9 \ud83d\ude00 #{x} '''`
const MESSAGES: PromptRequest = {
  path: '/v1/messages',
  body: {
    model: 'm',
    max_tokens: 5,
    messages: [{ role: 'user', content: NASTY }],
    tools: [],
    metadata: { a: null, b: true },
  },
}
const COMPLETE: PromptRequest = {
  path: '/v1/complete',
  body: { model: 'm', max_tokens_to_sample: 5, prompt: `\n\nHuman: ${NASTY}\n\nAssistant:` },
}
const ORIGIN = 'http://127.0.0.1:8642'

describe('requestCode', () => {
  it('knows old clients for Text Completions alone', () => {
    expect(codeLanguages('/v1/messages').map(([name]) => name)).toEqual(['curl', 'python', 'typescript'])
    expect(codeLanguages('/v1/complete').map(([name]) => name)).toContain('oldTypescript')
  })

  it.each([MESSAGES, COMPLETE])('writes a body that curl sends unchanged: $path', (request) => {
    const code = requestCode('curl', request, ORIGIN)
    const [, quoted = ''] = /-d ('[\s\S]*')\n$/.exec(code) ?? []
    // What a shell makes of it: quotes end and begin again around an escaped one.
    const text = quoted.slice(1, -1).replaceAll("'\\''", "'")
    expect(JSON.parse(text)).toEqual(request.body)
    expect(code).toContain(`curl ${ORIGIN}${request.path}`)
  })

  it.each([
    ['typescript', MESSAGES],
    ['typescript', COMPLETE],
    ['oldTypescript', COMPLETE],
  ] as const)('writes %s that parses, with the texts as they are', (language, request) => {
    const code = requestCode(language, request, ORIGIN)
    const texts: unknown[] = []
    JSON.stringify(parseAst(code, { lang: 'ts' }), (_, value) => {
      if (value?.type === 'Literal') texts.push(value.value)
      return value
    })
    const sent = request === MESSAGES ? NASTY : COMPLETE.body.prompt
    expect(texts).toContain(sent)
    expect(texts).toContain(ORIGIN)
  })

  it('writes Python with its own words for null and booleans', () => {
    const code = requestCode('python', MESSAGES, ORIGIN)
    expect(code).toContain('    metadata={\n        "a": None,\n        "b": True,\n    },\n')
    expect(code).toContain('    tools=[],\n')
    expect(requestCode('oldPython', COMPLETE, ORIGIN)).toContain(
      'stop_sequences=[\n        "\\n\\nHuman:",\n    ],',
    )
  })
})
