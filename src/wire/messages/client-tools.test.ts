import { describe, expect, it } from 'vitest'
import { CLIENT_TOOLS } from './client-tools.ts'

describe('CLIENT_TOOLS', () => {
  it.each([
    ['bash_20241022', 'bash', ['command', 'restart']],
    ['bash_20250124', 'bash', ['command', 'restart']],
    ['text_editor_20241022', 'str_replace_editor', ['insert_line', 'new_str']],
    ['text_editor_20250124', 'str_replace_editor', ['insert_line', 'new_str']],
    ['text_editor_20250429', 'str_replace_based_edit_tool', ['insert_line', 'new_str']],
    ['text_editor_20250728', 'str_replace_based_edit_tool', ['insert_line', 'insert_text']],
    ['memory_20250818', 'memory', ['insert_line', 'insert_text', 'old_path', 'new_path']],
  ])('knows %s as %s, with %j', (type, name, fields) => {
    const tool = CLIENT_TOOLS.get(type)
    expect(tool?.name).toBe(name)
    expect(Object.keys(tool?.inputSchema.properties ?? {})).toEqual(expect.arrayContaining(fields))
  })

  it('offers undo_edit and insert_text only in the versions that have them', () => {
    const schemas = [...CLIENT_TOOLS].map(([type, { inputSchema }]) => [type, JSON.stringify(inputSchema)])
    const having = (word: string) => schemas.flatMap(([type, json]) => (json?.includes(word) ? [type] : []))
    expect(having('undo_edit')).toEqual(['text_editor_20241022', 'text_editor_20250124'])
    expect(having('"insert_text"')).toEqual(['text_editor_20250728', 'memory_20250818'])
  })

  it('requires only properties that a schema has', () => {
    for (const { inputSchema } of CLIENT_TOOLS.values()) {
      expect(Object.keys(inputSchema.properties as object)).toEqual(
        expect.arrayContaining(inputSchema.required as string[]),
      )
    }
  })

  it.each([
    ['bash_20250124', []],
    ['text_editor_20250728', ['command', 'path']],
    ['memory_20250818', ['command']],
  ])('requires of %s %j', (type, required) => {
    expect(CLIENT_TOOLS.get(type)?.inputSchema.required).toEqual(required)
  })
})
