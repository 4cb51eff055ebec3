import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CompletionError } from '../completion/completion-error.ts'
import { readSkillText } from './front-matter.ts'

const skill = (fields: string, body = 'Do it.') => `---\n${fields}\n---\n${body}`

describe('readSkillText', () => {
  it.each([
    ['---\nname: a-1\ndescription: Does one thing.\n---\n\nDo it.\n'],
    ['\ufeff---\r\nname: a-1\r\ndescription: "Does one thing."\r\nlicense: MIT\r\n---\r\nDo it.'],
    ['--- \nname: a-1\ndescription: >\n  Does one\n  thing.\nmetadata: {x: [1, 2]}\n---\t\nDo it.'],
  ])('reads %j', (text) => {
    expect(readSkillText(text)).toEqual({
      name: 'a-1',
      description: 'Does one thing.',
      instructions: 'Do it.',
    })
  })

  it('keeps a name of digits, and instructions with lines of hyphens or none at all', () => {
    expect(readSkillText(skill('name: 007\ndescription: x', 'a\n---\nb'))).toMatchObject({
      name: '007',
      instructions: 'a\n---\nb',
    })
    expect(readSkillText('---\nname: a\ndescription: x\n---').instructions).toBe('')
  })

  it.each<[string, RegExp]>([
    ['name: a', /must begin with YAML front matter/],
    ['---\nname: a\ndescription: x\n--', /has no end/],
    [`---\nname: a\ndescription: x\n${'#\n'.repeat(9000)}---\n`, /has no end/],
    [skill('name: a\ndescription: x: y: z'), /not valid YAML/],
    [skill('- a'), /must have the fields/],
    [skill(''), /must have the fields/],
    [skill('description: x'), /name: Field required/],
    [skill('name: [a]\ndescription: x'), /name: Field required/],
    [skill('name: &n a\ndescription: *n'), /description: Field required/],
    [skill('name: Two Words\ndescription: x'), /lower-case letters, digits and hyphens/],
    [skill(`name: ${'a'.repeat(65)}\ndescription: x`), /at most 64/],
    [skill('name: my-claude\ndescription: x'), /must not contain "claude"/],
    [skill('name: a'), /description: Field required/],
    [skill('name: a\ndescription: "  "'), /description: Field required/],
    [skill(`name: a\ndescription: ${'x'.repeat(1025)}`), /at most 1024/],
    [skill('name: a\ndescription: "A <b>bold</b> one"'), /cannot contain XML tags/],
  ])('refuses %j', (text, message) => {
    expect(() => readSkillText(text)).toThrow(message)
  })

  it.each(['? ', '[', '{a: ', '- ', '!t ', 'a: &x [*x]\n', 'a: b: ', '*a '])(
    'refuses front matter of many %j before it is parsed',
    (mark) => {
      expect(() => readSkillText(skill(mark.repeat(512)))).toThrow('too complex')
    },
  )

  it('reads any text, or refuses it with a reason', () => {
    const part = fc.constantFrom(
      '---',
      '\n',
      ': ',
      '- ',
      '? ',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '!',
      '|',
      '>',
      '"',
      'name',
      'x',
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 200 }), (parts) => {
        try {
          readSkillText(`---\nname: a\ndescription: x\n${parts.join('')}\n---\n`)
        } catch (error) {
          expect(error).toBeInstanceOf(CompletionError)
        }
      }),
    )
  })
})
