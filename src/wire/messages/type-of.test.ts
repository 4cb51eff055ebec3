import { describe, expect, it } from 'vitest'
import { refusal } from '../../../test/refusal.ts'
import { typeOf } from './type-of.ts'

const read = (value: unknown) => typeOf(value, ['text', 'image'], 'system.0')
const unknownTag = (tag: string) =>
  `system.0: Input tag '${tag}' found using 'type' does not match any of the expected tags: 'text', 'image'`

describe('typeOf', () => {
  it.each(['text', 'image'])('returns %s', (type) => {
    expect(read({ type })).toBe(type)
  })

  it.each<[unknown, string]>([
    [undefined, 'system.0: Field required'],
    [null, 'system.0: Input should be a valid dictionary or object to extract fields from'],
    ['text', 'system.0: Input should be a valid dictionary or object to extract fields from'],
    [[{ type: 'text' }], 'system.0: Input should be a valid dictionary or object to extract fields from'],
    [{}, "system.0: Unable to extract tag using discriminator 'type'"],
    [{ type: 'sound' }, unknownTag('sound')],
    [{ type: null }, unknownTag('null')],
    [{ type: 7 }, unknownTag('7')],
    [{ type: ['text'] }, unknownTag('[list]')],
    [{ type: { text: 1 } }, unknownTag('[dictionary]')],
    [{ type: 'x'.repeat(257) }, unknownTag('x'.repeat(256))],
  ])('refuses %j', (value, message) => {
    expect(() => read(value)).toThrow(refusal(message))
  })
})
