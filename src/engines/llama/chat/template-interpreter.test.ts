import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RENDERED_BY_JINJA2 } from '../../../../test/fixtures/rendered-by-jinja2.ts'
import { AuthorEncoding } from './author-encoding.ts'
import { RenderBudget, RenderBudgetError } from './render-budget.ts'
import { type RenderOptions, TemplateRenderer } from './template-renderer.ts'

const ASCII = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)).join('')

function render(source: string, extras: Record<string, unknown>, more: Partial<RenderOptions> = {}): string {
  return new TemplateRenderer(source, { beginningOfSequence: '', endOfSequence: '' }).render([], {
    addsGenerationPrompt: false,
    tools: [],
    isThinkingEnabled: false,
    extras,
    code: new AuthorEncoding([]),
    budget: new RenderBudget(200_000),
    ...more,
  })
}

function encode(value: unknown, code: AuthorEncoding): unknown {
  if (typeof value === 'string') return code.encode(value, 'others')
  if (Array.isArray(value)) return value.map((item) => encode(item, code))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [code.encode(key, 'others'), encode(item, code)]),
  )
}

/** Each is given two texts, `a` and `b`, and an object `o` with `a` as a key. */
const OPERATIONS = [
  '{{ a }}',
  '{{ a | trim }}|{{ a.strip() }}|{{ a.lstrip() }}|{{ a.rstrip() }}',
  '{{ a | upper }}|{{ a.lower() }}|{{ a | title }}|{{ a | capitalize }}|{{ a.title() }}',
  '{{ a | tojson }}|{{ o | tojson }}|{{ o | tojson(indent=2) }}|{{ a | tojson(ensure_ascii=true) }}',
  "{{ a | replace(b, '<>') }}|{{ a.replace('a', b) }}|{{ a.replace('a', 'b', 1) }}|{{ a | replace('a', b, count=2) }}",
  "{% for x in a.split('a') %}({{ x }}){% endfor %}|{% for x in a.split() %}({{ x }}){% endfor %}",
  "{% for x in a.split('</b>', 1) %}({{ x }}){% endfor %}|{{ a.split('</b>')[-1] }}|{{ a.split('b')[0] }}",
  '{% for x in a.split(none, 1) %}({{ x }}){% endfor %}',
  "{{ a == b }}|{{ a != 'ab' }}|{{ a == 'a' }}|{{ a in b }}|{{ 'a' in a }}|{{ '</b>' not in a }}",
  "{{ a in ['a', 'ab', b] }}|{{ 'a' in [a, b] }}|{{ a in o }}|{{ 'a' in o }}|{{ a not in {'a': 1} }}",
  "{{ a.startswith('a') }}|{{ a.startswith(('b', '</')) }}|{{ a.endswith(b) }}|{{ a.endswith('>') }}",
  '{{ a[:2] }}|{{ a[1:] }}|{{ a[-2:] }}|{{ a[1:-1] }}|{{ a[::2] }}|{{ a[::-1] }}|{{ a[0] }}|{{ a | length }}',
  "{{ o[a] }}|{{ o.get(a) }}|{{ o.get('a', 'none') }}|{{ {'a': 1, 'ab': 2}[a] }}|{{ {'a': 1}.get(a, 0) }}|{{ {a: b}.a }}",
  '{% for k, v in o.items() %}{{ k }}={{ v }};{% endfor %}|{% for k in o %}{{ k }}{% endfor %}|{{ o.keys() | list }}',
  '{% for k, v in o | dictsort %}{{ k }}={{ v }};{% endfor %}|{{ [a, b, "aB"] | sort | join(",") }}',
  "{{ [o, {'k': a}] | selectattr('k', 'equalto', 'a') | list | length }}|{{ [o] | rejectattr('k', 'equalto', 'b') | list | length }}",
  "{{ [o, {'k': b}] | map(attribute='k') | join(a) }}|{{ [a, b] | first }}|{{ [a, b] | last }}|{{ [a, b] | unique | length > 0 }}",
  '{{ a | int }}|{{ a | int(7) }}|{{ a | float }}|{{ a is string }}|{{ a is lower }}|{{ a is upper }}|{{ a is defined }}',
  '{{ a + b }}|{{ a ~ 1 ~ b }}|{{ [a] + [b] }}|{{ a | string }}|{{ o | string }}|{{ a | indent }}|{{ a | indent(2, true) }}',
  "{% set n = namespace(x='') %}{% for c in [a, b] %}{% set n.x = n.x + c %}{% endfor %}{{ n.x == a + b }}{{ n.x }}",
  "{% macro m(x, y='d') %}[{{ x }}{{ y }}]{% endmacro %}{{ m(a) }}{{ m(b, y=a) }}{% filter upper %}{{ a }}{% endfilter %}",
] as const

const texts = fc
  .array(
    fc.constantFrom(
      'a',
      'b',
      'B',
      '<',
      '</b>',
      '>',
      ' ',
      '\n',
      '"',
      '\\',
      '7',
      '-1.5',
      'ß',
      '中',
      '😀',
      '\ue000',
    ),
    {
      maxLength: 8,
    },
  )
  .map((parts) => parts.join(''))

/** Which leaves one of the characters alone that would stand in for others. */
const code = new AuthorEncoding(ASCII, ['\ue000'])

describe('TemplateInterpreter', () => {
  it.each(OPERATIONS)('renders encoded texts as plain ones: %s', (source) => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const values = { a, b, o: { [a]: b, k: a, list: [b, { [b]: a }] } }
        let expected: string
        try {
          expected = render(source, values)
        } catch {
          return
        }
        const extras = encode(values, code) as Record<string, unknown>
        const named = { a: extras[code.encode('a', 'others')], b: extras[code.encode('b', 'others')] }
        const o = extras[code.encode('o', 'others')]
        expect(code.decode(render(source, { ...named, o }, { code }))).toBe(expected)
      }),
      { numRuns: 25 },
    )
  })

  it.each(RENDERED_BY_JINJA2)('renders as jinja2 does: %s', (source, text) => {
    expect(render(source, {})).toBe(text)
    expect(code.decode(render(source, {}, { code }))).toBe(text)
  })

  it('writes encoded texts in lists and JSON as Python does, and keeps their authors', () => {
    const a = code.encode(`it's "a"`, 'others')
    expect(code.decode(render('{{ [a] }}', { a }, { code }))).toBe(`['it\\'s "a"']`)
    const written = render('{{ [a] }}', { a: code.encode('<', 'others') }, { code })
    expect([...written].map((char) => code.authorOf(char.charCodeAt(0)))).toEqual([
      null,
      null,
      'others',
      null,
      null,
    ])
  })

  it('keeps the author of every character that it moves', () => {
    const a = code.encode('<x>', 'others')
    const authorsOf = (source: string) =>
      [...render(source, { a }, { code })].map((char) =>
        code.authorOf(char.charCodeAt(0)) ? code.decode(char) : '.',
      )
    expect(authorsOf("{{ '<x>' + a | upper }}").join('')).toBe('...<X>')
    expect(authorsOf("{{ (a + '<x>').replace('x', 'yy') }}").join('')).toBe('<..>....')
    expect(authorsOf("{{ (a + '<x>').split('x') | join('|') }}").join('')).toBe('<.>...')
    expect(authorsOf('{{ {a: a} | tojson }}').join('')).toBe('..<x>....<x>..')
    expect(authorsOf('{{ {a: 1} | dictsort | first | first }}').join('')).toBe('<x>')
    expect(authorsOf("{{ ('=' + a)[1:3] }}").join('')).toBe('<x')
  })

  it.each([
    ['a long list', '{% for i in range(10 ** 9) %}{% endfor %}'],
    ['a list that goes backwards', '{{ range(0, -(10 ** 9), -1) | length }}'],
    ['loops in loops', '{% for i in range(9999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}'],
    [
      'texts that double',
      "{% set n = namespace(x='ab') %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}",
    ],
    [
      'lists that double',
      '{% set n = namespace(x=[1]) %}{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}',
    ],
    [
      'a macro that calls itself twice',
      '{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}',
    ],
    ['a wide indent', "{{ 'a' | indent(500000000, true) }}"],
    ['a wide indent of JSON', '{{ [1] | tojson(indent=500000000) }}'],
    [
      'replacing by a long text',
      "{% set x = range(9999) | join('x') %}{{ x.replace('x', x).replace('x', x) }}",
    ],
    ['joining by a long text', "{% set x = range(99999) | join('x') %}{{ range(9999) | join(x) }}"],
    [
      'looking through a long text again and again',
      "{% set x = range(99999) | join('x') %}{% for i in range(9999) %}{{ 'y' in x }}{% endfor %}",
    ],
    [
      'splitting a long text again and again',
      "{% set x = range(99999) | join('x') %}{% for i in range(9999) %}{{ x.split('x') | length }}{% endfor %}",
    ],
    [
      'slicing a long list again and again',
      '{% set x = range(99999) %}{% for i in range(9999) %}{{ x[1:] | length }}{% endfor %}',
    ],
  ])('stops %s', (_, source) => {
    expect(() => render(source, {})).toThrow(RenderBudgetError)
  })

  it('stops a macro that calls itself forever', () => {
    expect(() => render('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', {})).toThrow()
  })
})
