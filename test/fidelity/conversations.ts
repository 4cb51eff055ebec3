import type { Conversation } from '../../src/completion/conversation-prompt.ts'
import type { AssistantPart, Turn, UserPart } from '../../src/completion/turn.ts'
import type { JsonObject } from '../../src/util/json-object.ts'

type Talk = Pick<Conversation, 'systemText' | 'turns'> & { readonly isThinkingEnabled: boolean }

const ARGUMENTS: readonly JsonObject[] = [
  {},
  { a: 'x' },
  { a: '' },
  { a: null },
  { a: true, b: false },
  { a: 1, b: -2.5, c: 0.00001, d: 1e22 },
  { a: [], b: {}, c: [1, 'two', null, true] },
  { a: { b: [{ c: "it's", d: '"quoted"' }] } },
  { items: ['a'], keys: 'k', get: 1, values: null },
  { a: 'lines\nwith <tags> & "quotes"\t\\ ünïcödé 中文 😀' },
  { 'a-b c': '{"json": [1, 2]}' },
]

/** Thirty conversations: each shape of turns, and each kind of argument of a call. */
export const CONVERSATIONS: readonly Talk[] = [
  talk([user('Hello')]),
  talk([user('Hello')], { isThinkingEnabled: true }),
  talk([user('Hello')], { systemText: 'Be brief.' }),
  talk([user('Hello')], { systemText: '  Two\nlines \n', isThinkingEnabled: true }),
  talk([user('  spaces around \n')]),
  talk([user('a'), assistant(text('b')), user('c')]),
  talk([user('a'), assistant(text('\n b \n')), user('c'), assistant(text('d')), user('e')], {
    systemText: 'S',
  }),
  talk([user('a'), assistant(thinking('why'), text('b')), user('c')], { isThinkingEnabled: true }),
  talk([user('a'), assistant(text('<think>\nwhy\n</think>\n\nb')), user('c')]),
  talk([user('<tags> & "quotes" \'single\' {{ braces }} {% block %}')]),
  talk([user('ünïcödé 中文 😀 \u00a0 \u2028')]),
  talk([user('a'), assistant(text('')), user('c')]),
  ...ARGUMENTS.map((input) => talk([user('q'), assistant(call(0, input)), results(1)])),
  talk([user('q'), assistant(text('Let me look.'), call(0, { a: 'x' })), results(1)], { systemText: 'S' }),
  talk([user('q'), assistant(call(0, { a: 'x' }), call(1, { a: 'y' })), results(2)]),
  talk([user('q'), assistant(call(0, { a: 'x' })), results(1), assistant(text('Done.')), user('more')]),
  talk([
    user('q'),
    assistant(call(0, { a: 'x' })),
    results(1),
    assistant(call(1, { a: 'y' })),
    results(1, 1),
  ]),
  talk([user('q'), assistant(thinking('why'), call(0, { a: 'x' })), results(1)], { isThinkingEnabled: true }),
  talk([
    user('q'),
    assistant(thinking('why'), text('t'), call(0, { a: 'x' })),
    results(1),
    assistant(text('b')),
    user('c'),
  ]),
  talk([
    user('q'),
    assistant(call(0, { a: 'x' })),
    { role: 'user', parts: [...results(1).parts, ...user('and').parts] },
  ]),
] as const

function talk(turns: readonly Turn[], more: Partial<Talk> = {}): Talk {
  return { systemText: '', turns, isThinkingEnabled: false, ...more }
}

function user(content: string): Turn & { role: 'user' } {
  return { role: 'user', parts: [{ type: 'text', text: content }] }
}

function assistant(...parts: AssistantPart[]): Turn {
  return { role: 'assistant', parts }
}

function text(content: string): AssistantPart {
  return { type: 'text', text: content }
}

function thinking(content: string): AssistantPart {
  return { type: 'thinking', text: content } as AssistantPart
}

function call(id: number, input: JsonObject): AssistantPart {
  return { type: 'tool-call', id: `call${id}`, name: 'act', input }
}

function results(count: number, from = 0): { role: 'user'; parts: UserPart[] } {
  const parts = Array.from({ length: count }, (_, at): UserPart => {
    const result = at === 0 ? '{"result": "it\'s <done>"}' : 'plain'
    return {
      type: 'tool-result',
      toolCallId: `call${from + at}`,
      parts: [{ type: 'text', text: result }],
      isError: false,
    }
  })
  return { role: 'user', parts }
}
