import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHAT_TEMPLATES } from '../../../../test/chat-templates.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import type { Prompt } from '../../../completion/prompt.ts'
import { textTurn, type UserPart } from '../../../completion/turn.ts'
import type { PromptPart } from '../protocol/engine-command.ts'
import { ChatTemplate } from './chat-template.ts'
import { ControlTextGuard } from './control-text-guard.ts'

const CONTROL_TEXTS = ['<|im_start|>', '<|im_end|>', '<s>', '</s>', '<|user|>', '[INST]', '<|', '<s><s>']
const MARK_TEXTS = ['<|channel>', '<channel|>', '<|"|>']
const MARKERS = ['<tool_response>', '</tool_response>']
const guard = new ControlTextGuard({
  controlTexts: CONTROL_TEXTS,
  implicitControlTexts: MARK_TEXTS,
  markers: MARKERS,
})

/** Human and assistant texts in turn. */
function textsPrompt(...texts: readonly string[]): Prompt {
  return conversation({
    turns: texts.map((text, index) => textTurn(index % 2 === 0 ? 'user' : 'assistant', text)),
  })
}

function conversation(more: Partial<Prompt>): Prompt {
  return conversationPrompt({
    systemText: '',
    turns: [],
    prefill: '',
    tools: [],
    isThinkingEnabled: false,
    outputSchema: null,
    ...more,
  })
}

const PLAIN_SOURCE = "{% for message in messages %}{{ message.content }}{% endfor %}{{ '<|im_end|>' }}"

function template(source: string): ChatTemplate {
  return new ChatTemplate(source, { beginningOfSequence: '<s>', endOfSequence: '</s>' })
}

function partsOf(prompt: Prompt, source = PLAIN_SOURCE): PromptPart[] {
  const { prompt: guarded, code } = guard.guard(prompt)
  return guard.split(template(source).render(guarded, code).text, code)
}

/** Parts as texts; those that are read without control tokens between asterisks. */
function shown(parts: readonly PromptPart[]): string[] {
  return parts.map(({ text, parseSpecial }) => (parseSpecial ? text : `*${text}*`))
}

/** What a tokenizer reads as tokens: the longest first, each wherever it is left. */
function tokensOf(parts: readonly PromptPart[]): string[] {
  return parts.flatMap(({ text, parseSpecial }) => {
    const found: { at: number; token: string }[] = []
    const taken = new Set<number>()
    const readable = [...(parseSpecial ? CONTROL_TEXTS : []), ...MARK_TEXTS]
    for (const token of readable.toSorted((a, b) => b.length - a.length)) {
      for (let at = text.indexOf(token); at !== -1; at = text.indexOf(token, at + 1)) {
        const places = [...token].map((_, index) => at + index)
        if (places.some((place) => taken.has(place))) continue
        for (const place of places) taken.add(place)
        found.push({ at, token })
      }
    }
    return found.sort((a, b) => a.at - b.at).map(({ token }) => token)
  })
}

function textOf(parts: readonly PromptPart[]): string {
  return parts.map(({ text }) => text).join('')
}

/** A prompt that holds texts wherever one can stand. */
function promptOf(text: (place: string) => string, hasStrayResult = true): Prompt {
  return conversation({
    systemText: text('system'),
    turns: [
      { role: 'user', parts: ['a', 'b', 'c'].map((at) => ({ type: 'text', text: text(at) }) as UserPart) },
      {
        role: 'assistant',
        parts: [
          { type: 'thinking', text: text('thinking'), signature: null },
          { type: 'text', text: text('words') },
          { type: 'text', text: text('more words') },
          { type: 'tool-call', id: text('id'), name: text('name'), input: { [text('key')]: [text('deep')] } },
        ],
      },
      {
        role: 'user',
        parts: (hasStrayResult ? ['id', 'stray id'] : ['id']).map((id) => ({
          type: 'tool-result',
          toolCallId: text(id),
          parts: ['result', 'rest'].map((at) => ({ type: 'text', text: text(`${id} ${at}`) })),
          isError: false,
        })),
      },
    ],
    prefill: text('prefill'),
    tools: [
      {
        name: text('tool'),
        description: text('about'),
        inputSchema: { title: text('title'), type: text('type'), enum: [text('enum')] },
        isStrict: false,
      },
    ],
  })
}

describe('ControlTextGuard', () => {
  it('keeps an ordinary prompt in one part', () => {
    expect(shown(partsOf(textsPrompt('hello <b>')))).toEqual(['hello <b><|im_end|>'])
  })

  it('tokenizes control tokens in the text of others as text, up to the tokens of the template', () => {
    expect(shown(partsOf(textsPrompt('a<|im_end|>b <s>c')))).toEqual(['*a<|im_end|>b <s>c*', '<|im_end|>'])
  })

  it('finds a control token that two texts form together', () => {
    const parts = ['a<|im_', 'end', '|', '>b'].map((text): UserPart => ({ type: 'text', text }))
    expect(shown(partsOf(conversation({ turns: [{ role: 'user', parts }] })))).toEqual([
      '*a<|im_end|>b*',
      '<|im_end|>',
    ])
    expect(shown(partsOf(textsPrompt('a<|im_', 'end|>')))).toEqual(['*a<|im_end|>*', '<|im_end|>'])
  })

  it('finds a control token that a text and the template form together', () => {
    const source = "{{ '<|' + messages[0].content + '|>' }}"
    expect(tokensOf(partsOf(textsPrompt('user'), source))).toEqual(['<|'])
    expect(shown(partsOf(textsPrompt('s>'), "{{ '[INST]<' + messages[0].content }}"))).toEqual([
      '[INST]',
      '*<s>*',
    ])
    expect(shown(partsOf(textsPrompt('<s>x'), "{{ '<s>' + messages[0].content }}"))).toEqual([
      '<s>',
      '*<s>x*',
    ])
  })

  it('keeps tokens that a template forms from its own texts', () => {
    const source =
      "{% for message in messages %}{{ '<|' + message.role + '|>' + message.content }}{% endfor %}"
    expect(tokensOf(partsOf(textsPrompt('<|user|>'), source))).toEqual(['<|user|>'])
  })

  it('cuts texts that the tokenizer always reads as one token', () => {
    expect(shown(partsOf(textsPrompt('a<|channel>', 'b<channel', '|>')))).toEqual([
      '*a<*',
      '*|channel>b<*',
      '*channel|>*',
      '<|im_end|>',
    ])
    expect(shown(guard.splitWords('a<|channel>b<s>'))).toEqual(['*a<*', '*|channel>b<s>*'])
  })

  it('cuts output markers in the text of others, and keeps those of the model', () => {
    expect(shown(partsOf(textsPrompt('a<tool_response>', 'b<tool_response>', 'c')))).toEqual([
      '*a<*',
      '*tool_response>b<tool_response>c*',
      '<|im_end|>',
    ])
  })

  it('loses no character, not even a stand-in', () => {
    const all = Array.from({ length: 6_400 }, (_, index) => String.fromCharCode(0xe000 + index)).join('')
    const parts = partsOf(textsPrompt(`${all}</s>\u{f0000}\ud800`))
    expect(textOf(parts)).toBe(`${all}</s>\u{f0000}\ud800<|im_end|>`)
    expect(tokensOf(parts)).toEqual(['<|im_end|>'])
  })

  it('refuses a prompt that holds every character', () => {
    const all = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit)).join('')
    expect(() => guard.guard(textsPrompt(all))).toThrow('prompt: it contains too many different characters')
  })

  const names = Object.keys(CHAT_TEMPLATES) as (keyof typeof CHAT_TEMPLATES)[]
  const fragments = fc
    .array(
      fc.constantFrom(
        ...CONTROL_TEXTS,
        ...MARK_TEXTS,
        '<|',
        '|>',
        'im_end',
        'im_',
        'end',
        '"',
        '\\',
        's',
        '\ue000',
        '中',
      ),
      { maxLength: 4 },
    )
    .chain((texts) => {
      const text = texts.join('')
      return fc.integer({ min: 0, max: text.length }).map((from) => text.slice(from))
    })

  it.each(names)(
    'reads in %s what the template wrote, whatever texts hold and wherever they are cut',
    (name) => {
      fc.assert(
        fc.property(fc.array(fragments, { minLength: 1, maxLength: 30 }), fc.boolean(), (texts, begins) => {
          const seen = new Map<string, string>()
          const text = (place: string) => {
            const known = seen.get(place) ?? `${texts[seen.size % texts.length]}${seen.size}`
            seen.set(place, known)
            return known
          }
          // This template wants to know whose result it is.
          const hasStray = name !== 'CHANNELS_TEMPLATE'
          const prefill = begins ? {} : { prefill: '' }
          const hostile = { ...promptOf(text, hasStray), ...prefill }
          const harmless = {
            ...promptOf((place) => `_${[...seen.keys()].indexOf(place)}_`, hasStray),
            ...prefill,
          }
          const parts = partsOf(hostile, CHAT_TEMPLATES[name])
          expect(tokensOf(parts)).toEqual(tokensOf(partsOf(harmless, CHAT_TEMPLATES[name])))
          expect(textOf(parts)).toBe(template(CHAT_TEMPLATES[name]).render(hostile).text)
        }),
        { numRuns: 40 },
      )
    },
  )
})
