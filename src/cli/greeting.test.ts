import { describe, expect, it } from 'vitest'
import { greeting } from './greeting.ts'

const ENGINES = new Map([
  ['default', { description: 'llama 3B' }],
  ['far', { description: 'upstream' }],
])

describe('greeting', () => {
  it('shows the address, every engine, the state and a command', () => {
    const text = greeting({
      url: 'http://127.0.0.1:1',
      engines: ENGINES,
      stateName: '/data',
      requiresKey: false,
    })
    expect(text).toMatch(
      /^Continuo listens on http:\/\/127\.0\.0\.1:1\n {2}default: llama 3B\n {2}far: upstream\n {2}state: \/data\nTry it:\n/,
    )
    expect(text).toContain('\ncurl http://127.0.0.1:1/v1/complete \\\n')
    expect(text).toContain('x-api-key: any"')
  })

  it('names a variable for the key if one is required', () => {
    const text = greeting({ url: 'http://a', engines: new Map(), stateName: null, requiresKey: true })
    expect(text).toContain('"x-api-key: $CONTINUO_API_KEY"')
  })

  it('has a body that is valid JSON', () => {
    const [, body = ''] =
      /-d '(.*)'/.exec(greeting({ url: '', engines: new Map(), stateName: null, requiresKey: false })) ?? []
    expect(JSON.parse(body)).toMatchObject({ prompt: expect.stringMatching(/^\n\nHuman: .*\n\nAssistant:$/) })
  })
})
