import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readTraceState } from './read-trace-state.ts'

const members = (count: number) => Array.from({ length: count }, (_, index) => `k${index}=${index}`)

describe('readTraceState', () => {
  it.each([
    ['one member', 'foo=1', 'foo=1'],
    ['several, in their order', 'foo=1,bar=2,baz=3', 'foo=1,bar=2,baz=3'],
    ['white space around members', ' foo=1 \t , \t bar=2,\t baz=3\t', 'foo=1,bar=2,baz=3'],
    ['empty members', ',foo=1,, \t ,bar=2,', 'foo=1,bar=2'],
    ['spaces in front of a value', 'foo=  1', 'foo=  1'],
    ['tenants', 'fw529a3039@dt=FfAAAA,1a@2b=c', 'fw529a3039@dt=FfAAAA,1a@2b=c'],
    ['every character of a key', 'az09_-*/@=1', 'az09_-*/@=1'],
    ['every character of a value', `a=${valueCharacters()}`, `a=${valueCharacters()}`],
    ['the longest key', `${'z'.repeat(256)}=1`, `${'z'.repeat(256)}=1`],
    ['the longest value', `a=${'z'.repeat(256)}`, `a=${'z'.repeat(256)}`],
    ['as many members as there may be', members(32).join(), members(32).join()],
  ])('passes on %s', (_, header, expected) => {
    expect(readTraceState(header)).toBe(expected)
  })

  it.each([
    ['a member too many', members(33).join()],
    ['a key twice', 'foo=1,bar=2,foo=3'],
    ['a capital letter', 'FOO=1'],
    ['a dot in a key', 'foo.bar=1'],
    ['a space in a key', 'foo =1'],
    ['a key that begins with @', '@foo=1,bar=2'],
    ['a key that is too long', `bar=2,${'z'.repeat(257)}=1`],
    ['a value that is too long', `bar=2,a=${'z'.repeat(257)}`],
    ['an empty value', 'foo=,bar=3'],
    ['a value of spaces', 'foo= ,bar=3'],
    ['an equals sign in a value', 'foo=bar=baz'],
    ['a tab in a value', 'foo=a\tb'],
    ['a letter that is not ASCII', 'foo=é'],
    ['no value at all', 'foo'],
  ])('drops the whole state for %s', (_, header) => {
    expect(readTraceState(header)).toBe('')
  })

  it('omits long members first, then those at the end', () => {
    const [long, longer] = [`long=${'x'.repeat(200)}`, `longer=${'x'.repeat(240)}`]
    const short = Array.from({ length: 20 }, (_, index) => `k${index}=${'x'.repeat(10)}`)
    expect(readTraceState([long, ...short, longer].join())).toBe([long, ...short].join())
    const many = Array.from({ length: 30 }, (_, index) => `k${index}=${'x'.repeat(30)}`)
    const kept = readTraceState(many.join())
    expect(many.join().startsWith(`${kept},`)).toBe(true)
    expect(kept.length).toBeGreaterThan(512 - 36)
    expect(kept.length).toBeLessThanOrEqual(512)
  })

  it('passes on a short state of whole members that is read the same again', () => {
    const piece = fc.constantFrom('a', 'b1', '@', '=', ',', ' ', '\t', 'x'.repeat(130), 'É', '1')
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const state = readTraceState(pieces.join(''))
        expect(state.length).toBeLessThanOrEqual(512)
        expect(readTraceState(state)).toBe(state)
      }),
    )
  })

  function valueCharacters(): string {
    const codes = Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index)
    return String.fromCharCode(...codes).replace(/[,=]/g, '')
  }
})
