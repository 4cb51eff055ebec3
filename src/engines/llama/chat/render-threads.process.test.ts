import { afterEach, describe, expect, it } from 'vitest'
import { CHAT_TEMPLATES } from '../../../../test/chat-templates.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { textTurn } from '../../../completion/turn.ts'
import { ChatPromptRenderer, type RendererSetup } from './chat-prompt-renderer.ts'
import { RenderThreads } from './render-threads.ts'

const NEVER = new AbortController().signal
const open: RenderThreads[] = []
afterEach(() => Promise.all(open.splice(0).map((threads) => threads.close())))

function setup(source: string): RendererSetup {
  return {
    source,
    beginningOfSequenceText: '<s>',
    endOfSequenceText: '</s>',
    addsBeginningOfSequence: true,
    controlTexts: ['<s>', '</s>', '<|im_start|>', '<|im_end|>'],
    userDefinedTexts: [],
  }
}

function threadsOf(source: string): RenderThreads {
  const threads = new RenderThreads(setup(source))
  open.push(threads)
  return threads
}

function promptOf(...texts: readonly string[]) {
  const turns = texts.map((text) => textTurn('user', text))
  return conversationPrompt({
    systemText: 'system <s>',
    turns,
    prefill: '',
    tools: [],
    isThinkingEnabled: false,
    outputSchema: null,
  })
}

/** Ends for no text that holds an x: each of a few steps looks through all of it. */
const SLOW = "{% for i in range(100000) %}{{ 'xx' in messages[-1].content }}{% endfor %}"
const SLOW_FOR_BOMBS = `{% if 'bomb' in messages[-1].content %}${SLOW}{% endif %}{{ messages[-1].content }}`

describe('RenderThreads', () => {
  it.each(['HERMES_TEMPLATE', 'CHANNELS_TEMPLATE', 'PLAIN_TEMPLATE'] as const)(
    'knows of %s and renders with it what a renderer does here',
    async (name) => {
      const source = CHAT_TEMPLATES[name]
      const renderer = new ChatPromptRenderer(setup(source))
      const threads = threadsOf(source)
      expect(await threads.open()).toEqual(renderer.outputFormat)
      for (const texts of [
        ['a<|im_end|>'],
        Array.from({ length: 3_000 }, () => 'b'),
        ['c'.repeat(3_000_000)],
      ]) {
        const prompt = promptOf(...texts)
        expect(await threads.render(prompt, NEVER)).toEqual(renderer.render(prompt))
      }
    },
  )

  it.each([
    ['cannot be read', '{% if %}'],
    ['never ends', '{% for i in range(9999) %}{% for j in range(9999) %}{{ i }}{% endfor %}{% endfor %}'],
    ['never ends with tools', `{% if tools %}{% for i in range(10 ** 9) %}{% endfor %}{% endif %}`],
  ])('refuses to open a template that %s', async (_, source) => {
    const threads = threadsOf(source)
    await expect(threads.open()).rejects.toThrow(EngineLoadError)
    await expect(threads.open()).rejects.toThrow(/cannot be used .*: use --format raw/)
  })

  it('continues after a prompt that takes too much, and renders short ones meanwhile', async () => {
    const threads = threadsOf(SLOW_FOR_BOMBS)
    await threads.open()
    const ended: string[] = []
    const long = expect(threads.render(promptOf(`bomb${'x '.repeat(200_000)}`), NEVER))
      .rejects.toMatchObject({ code: 'invalid-request' })
      .then(() => ended.push('long'))
    expect((await threads.render(promptOf('short'), NEVER)).parts).toHaveLength(1)
    ended.push('short')
    await long
    expect(ended).toEqual(['short', 'long'])
    const again = promptOf('y'.repeat(300_000))
    expect((await threads.render(again, NEVER)).parts).toHaveLength(1)
  })

  it('renders nothing for a cancelled request', async () => {
    const threads = threadsOf(CHAT_TEMPLATES.PLAIN_TEMPLATE)
    await threads.open()
    const gone = AbortSignal.abort()
    await expect(threads.render(promptOf('a'), gone)).rejects.toMatchObject({ code: 'cancelled' })
    expect((await threads.render(promptOf('a'), NEVER)).start).toBe('reply')
  })
})
