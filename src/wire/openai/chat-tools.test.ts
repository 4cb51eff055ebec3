import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { refusal } from '../../../test/refusal.ts'
import { checkBody } from '../body-schema.ts'
import { readChatTools, TOOL_FIELDS } from './chat-tools.ts'

const read = (fields: object) => readChatTools(checkBody(fields, z.object(TOOL_FIELDS)))
const LOOK = { name: 'look', parameters: { type: 'object' } }
const TOOLS = { tools: [{ type: 'function', function: LOOK }] }
const TOOL = { name: 'look', description: null, inputSchema: { type: 'object' }, isStrict: false }
const AUTO = {
  tools: [TOOL],
  toolChoice: { type: 'auto' },
  allowsParallelToolCalls: true,
  usesFunctions: false,
}
/** Calls in the oldest form have no ids, so that there is one at most. */
const FUNCTIONS = { ...AUTO, allowsParallelToolCalls: false, usesFunctions: true }

describe('readChatTools', () => {
  it.each([
    [{}, { type: 'object', properties: {} }],
    [null, { type: 'object', properties: {} }],
    [{ type: null }, { type: 'object', properties: {} }],
    [{ properties: { a: {} } }, { type: 'object', properties: { a: {} } }],
    [{ $schema: 'x' }, { type: 'object', $schema: 'x' }],
    [{ type: 'object' }, { type: 'object' }],
  ])('reads the parameters %j', (parameters, inputSchema) => {
    const tools = [{ type: 'function' as const, function: { name: 'a', parameters } }]
    expect(readChatTools({ tools }).tools).toMatchObject([{ inputSchema }])
  })

  it.each<[object, object]>([
    [{}, { ...AUTO, tools: [] }],
    [
      { tools: null, functions: [] },
      { ...AUTO, tools: [] },
    ],
    [{ tool_choice: 'required' }, { ...AUTO, tools: [] }],
    [TOOLS, AUTO],
    [{ ...TOOLS, tool_choice: 'auto' }, AUTO],
    [
      { ...TOOLS, tool_choice: 'none' },
      { ...AUTO, tools: [] },
    ],
    [
      { ...TOOLS, tool_choice: 'required' },
      { ...AUTO, toolChoice: { type: 'any' } },
    ],
    [
      { ...TOOLS, tool_choice: { type: 'function', function: { name: 'look' } } },
      { ...AUTO, toolChoice: { type: 'tool', name: 'look' } },
    ],
    [
      { ...TOOLS, parallel_tool_calls: false },
      { ...AUTO, allowsParallelToolCalls: false },
    ],
    [{ functions: [LOOK] }, FUNCTIONS],
    [{ functions: [LOOK], tools: [], parallel_tool_calls: true }, FUNCTIONS],
    [
      { functions: [LOOK], function_call: 'none' },
      { ...FUNCTIONS, tools: [] },
    ],
    [
      { functions: [LOOK], function_call: { name: 'look' } },
      { ...FUNCTIONS, toolChoice: { type: 'tool', name: 'look' } },
    ],
    [{ ...TOOLS, functions: [LOOK], function_call: 'none' }, AUTO],
  ])('reads %j', (fields, chatTools) => {
    expect(read(fields)).toEqual(chatTools)
  })

  it('reads a function, with defaults for what is left out', () => {
    const functions = [
      { name: 'a', description: 'A.', parameters: { type: 'object', required: [] }, strict: true },
      { name: 'b' },
    ]
    expect(read({ functions }).tools).toEqual([
      { name: 'a', description: 'A.', inputSchema: { type: 'object', required: [] }, isStrict: true },
      { name: 'b', description: null, inputSchema: { type: 'object', properties: {} }, isStrict: false },
    ])
  })

  it.each<[object, string]>([
    [{ functions: [LOOK, LOOK] }, 'tools: Tool names must be unique.'],
    [{ tools: [{ type: 'custom', function: LOOK }] }, "tools.0.type: Input should be 'function'"],
    [
      { tools: [{ type: 'function', function: { name: 'two words' } }] },
      "tools.0.function.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'",
    ],
    [
      { functions: [LOOK, { name: 'a', parameters: [] }] },
      'functions.1.parameters: Input should be a valid dictionary',
    ],
    [
      { ...TOOLS, tool_choice: 'any' },
      "tool_choice: Input should be 'none', 'auto', 'required' or a named function",
    ],
    [
      { functions: [LOOK], function_call: 'required' },
      "function_call: Input should be 'none', 'auto' or a named function",
    ],
    [
      { ...TOOLS, tool_choice: { type: 'function', function: { name: 'run' } } },
      "tool_choice: there is no tool named 'run'",
    ],
    [{ functions: [LOOK], function_call: { name: 'run' } }, "tool_choice: there is no tool named 'run'"],
    [{ ...TOOLS, parallel_tool_calls: 1 }, 'parallel_tool_calls: Input should be a valid boolean'],
  ])('refuses %j', (fields, message) => {
    expect(() => read(fields)).toThrow(refusal(message))
  })
})
