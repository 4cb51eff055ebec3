import { codePointEscape, type GrammarRules, literal } from './grammar-rules.ts'

/** The name of a rule for any text without a marker, which may follow it. */
export function textExcluding(rules: GrammarRules, marker: string): string {
  return rules.once(`text excluding ${marker}`, () => createRule(rules, marker))
}

function createRule(rules: GrammarRules, marker: string): string {
  const characters = [...marker]
  const alphabet = [...new Set(characters)]
  const names = characters.map(() => rules.reserve())
  const others = alphabet.map((character) => codePointEscape(character.codePointAt(0) ?? 0)).join('')
  for (const [matched, name] of names.entries()) {
    const alternatives = [`[^${others}] ${names[0]}`, '""']
    for (const character of alphabet) {
      const next = matchedAfter(characters, matched, character)
      if (next < characters.length) alternatives.push(`${literal(character)} ${names[next]}`)
    }
    rules.fill(name, alternatives.join(' | '))
  }
  return names[0] ?? rules.add('""')
}

/** How much of the marker is matched after a character that follows `matched` of it. */
function matchedAfter(characters: readonly string[], matched: number, character: string): number {
  const written = [...characters.slice(0, matched), character]
  for (let length = written.length; length > 0; length--) {
    const end = written.slice(written.length - length)
    if (end.every((one, index) => one === characters[index])) return length
  }
  return 0
}
