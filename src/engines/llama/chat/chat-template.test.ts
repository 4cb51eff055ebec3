import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CompletionError } from '../../../completion/completion-error.ts'
import { conversationPrompt } from '../../../completion/conversation-prompt.ts'
import { EngineLoadError } from '../../../completion/engine-load-error.ts'
import { parsePrompt } from '../../../completion/human-assistant-prompt.ts'
import { TEXT_ONLY } from '../../../completion/prompt.ts'
import { textTurn } from '../../../completion/turn.ts'
import { ChatTemplate } from './chat-template.ts'

const CHATML = `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`

const STRICT = `{{ bos_token }}{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}{% if (message.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('Roles must alternate') }}{% endif %}[{{ message.role }}]{{ message.content | trim }}{% endfor %}{% if add_generation_prompt %}[model]{% endif %}`

function render(source: string, text: string): string {
  const template = new ChatTemplate(source, { beginningOfSequence: '<s>', endOfSequence: '</s>' })
  return template.render(parsePrompt(text, { literalNewlineMarkers: false, startErrorFormat: 'long' })).text
}

describe('ChatTemplate', () => {
  it('renders system text and turns up to the reply', () => {
    expect(render(CHATML, 'Be brief.\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant:')).toBe(
      '<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\n',
    )
  })

  it('ends with the prefill', () => {
    expect(render(CHATML, '\n\nHuman: a\n\nAssistant: My name is')).toBe(
      '<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nMy name is',
    )
  })

  const TRIMS =
    "{% for m in messages %}<|{{ m.role }}|>{% set text = m.content.split('</think>')[-1].strip() %}{{ text }}<|end|>{% endfor %}{% if add_generation_prompt %}<|assistant|>{% endif %}"

  it.each([CHATML, TRIMS])('ends with the prefill alone, whatever its text: %s', (source) => {
    const template = new ChatTemplate(source, { beginningOfSequence: '', endOfSequence: '' })
    const withPrefill = (prefill: string) =>
      template.render(
        conversationPrompt({ systemText: '', turns: [textTurn('user', 'q')], prefill, ...TEXT_ONLY }),
      ).text
    const header = withPrefill('x').slice(0, -1)
    const texts = fc.array(
      fc.constantFrom('<', '|', '>', 'end', 'assistant', '</think>', '<think>', '\n', ' ', '{', 'e'),
      {
        minLength: 1,
      },
    )
    fc.assert(
      fc.property(texts, (parts) => {
        expect(withPrefill(parts.join(''))).toBe(header + parts.join(''))
      }),
    )
  })

  it('puts the system text before the first turn where the template has no system role', () => {
    expect(render(STRICT, 'Be brief.\n\nHuman: a\n\nAssistant:')).toBe('<s>[user]Be brief.\n\na[model]')
  })

  it('joins turns where the template requires roles to alternate', () => {
    expect(render(STRICT, '\n\nHuman: a\n\nHuman: b\n\nAssistant:')).toBe('<s>[user]a\n\nb[model]')
  })

  it('gives empty lists only to a template that needs them', () => {
    const needsTools = '{% for tool in tools %}{{ tool.name }}{% endfor %}[{{ messages[0].content }}]'
    expect(render(needsTools, '\n\nHuman: a\n\nAssistant:')).toBe('[a]')
    const explainsTools = '{% if tools is defined %}You have tools.{% endif %}[{{ messages[0].content }}]'
    expect(render(explainsTools, '\n\nHuman: a\n\nAssistant:')).toBe('[a]')
  })

  it('reports why a template refuses a conversation in every shape', () => {
    const source = "{% if messages[0].content != 'Hello' %}{{ raise_exception('not today') }}{% endif %}"
    const refuse = () => render(source, '\n\nHuman: a\n\nAssistant:')
    expect(refuse).toThrow(CompletionError)
    expect(refuse).toThrow(/chat template refuses it: .*not today/)
  })

  it.each([
    ['cannot be read', '{% if %}'],
    ['renders not even a question', '{{ no_such_function() }}'],
  ])('reports on loading that a template %s, and what to do', (_, source) => {
    const load = () => render(source, '\n\nHuman: a\n\nAssistant:')
    expect(load).toThrow(EngineLoadError)
    expect(load).toThrow(/use --format raw/)
  })
})
