import { describe, expect, it } from 'vitest'
import { greeting } from './greeting.ts'

const ENGINES = new Map([
  [
    'default',
    {
      modelId: 'tiny',
      description: 'tiny.gguf: llama',
      details: [{ title: 'window', text: '32,768 of 131,072 tokens' }],
    },
  ],
  ['far', { modelId: 'big', description: 'upstream', details: [] }],
])

describe('greeting', () => {
  it('shows the address, every engine, the state and a command', () => {
    const text = greeting({
      url: 'http://127.0.0.1:1',
      engines: ENGINES,
      stateName: '/data',
      setUpPath: null,
      requiresKey: false,
    })
    expect(text).toContain(
      [
        'Continuo listens on http://127.0.0.1:1',
        '  default: tiny.gguf: llama',
        '    model id  tiny',
        '    window    32,768 of 131,072 tokens',
        '  far: upstream',
        '    model id  big',
        '  state: /data',
        '  console: http://127.0.0.1:1/console',
        'Try it:',
        '',
      ].join('\n'),
    )
    expect(text).toContain('\ncurl http://127.0.0.1:1/v1/complete \\\n')
    expect(text).toContain('x-api-key: any"')
  })

  it('names a variable for the key if one is required', () => {
    const text = greeting({
      url: 'http://a',
      engines: new Map(),
      stateName: null,
      setUpPath: null,
      requiresKey: true,
    })
    expect(text).toContain('"x-api-key: $CONTINUO_API_KEY"')
  })

  it('shows the link that creates the first admin key', () => {
    const text = greeting({
      url: 'http://a:1',
      engines: new Map(),
      stateName: '/data',
      setUpPath: '/set-up#code',
      requiresKey: true,
    })
    expect(text).toMatch(/first admin key, open this link once, within an hour: http:\/\/a:1\/set-up#code\n/)
  })

  it('has a body that is valid JSON', () => {
    const [, body = ''] =
      /-d '(.*)'/.exec(
        greeting({ url: '', engines: new Map(), stateName: null, setUpPath: null, requiresKey: false }),
      ) ?? []
    expect(JSON.parse(body)).toMatchObject({ prompt: expect.stringMatching(/^\n\nHuman: .*\n\nAssistant:$/) })
  })
})
