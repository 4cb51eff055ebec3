import type { CharacterSet } from './character-set.ts'
import { END_NODE, GrammarProgram, NODE } from './grammar-program.ts'
import { type Expression, readGrammar } from './read-grammar.ts'

/** Most nodes of a program; what is repeated up to so often has as many, twice. */
const MAX_NODES = 300_000
const ROOT = 'root'

/**
 * Makes a program of rules in llama.cpp's notation.
 *
 * @returns null for a text that is no grammar, one without a rule that it refers to, and one of too many nodes
 */
export function compileGrammar(text: string): GrammarProgram | null {
  const rules = readGrammar(text)
  if (rules === null) return null
  try {
    return new GrammarCompiler(rules).compile()
  } catch (error) {
    if (error instanceof NoProgram) return null
    throw error
  }
}

class NoProgram extends Error {}

class GrammarCompiler {
  readonly #rules: ReadonlyMap<string, Expression>
  readonly #kinds: number[] = []
  readonly #firsts: number[] = []
  readonly #seconds: number[] = []
  readonly #ways: number[] = []
  readonly #sets: CharacterSet[] = []
  readonly #setNumbers = new Map<string, number>()
  /** Those of sets of one character. */
  readonly #characterNumbers = new Map<string, number>()
  /** Rules, and what is repeated, by the numbers that calls know them by. */
  readonly #called: Expression[] = []
  readonly #ruleNumbers = new Map<string, number>()

  constructor(rules: ReadonlyMap<string, Expression>) {
    this.#rules = rules
    this.#addNode(NODE.end, 0, 0)
  }

  compile(): GrammarProgram {
    this.#ruleNumber(ROOT)
    const ruleStarts: number[] = []
    for (let rule = 0; rule < this.#called.length; rule++) {
      ruleStarts.push(this.#compile(this.#called[rule], END_NODE))
    }
    return new GrammarProgram({
      kinds: Uint8Array.from(this.#kinds),
      firsts: Int32Array.from(this.#firsts),
      seconds: Int32Array.from(this.#seconds),
      ways: Int32Array.from(this.#ways),
      ruleStarts: Int32Array.from(ruleStarts),
      sets: this.#sets,
    })
  }

  /** @returns the node where an expression begins that is followed by another node */
  #compile(expression: Expression | undefined, next: number): number {
    switch (expression?.type) {
      case undefined:
        return next
      case 'text':
        return this.#compileText([...expression.text], next)
      case 'characters':
        return this.#addNode(NODE.characters, this.#setNumber(expression.set), next)
      case 'rule':
        return this.#addNode(NODE.call, this.#ruleNumber(expression.name), next)
      case 'sequence':
        return expression.parts.reduceRight((behind, part) => this.#compile(part, behind), next)
      case 'choice':
        return this.#addSplit(expression.parts.map((part) => this.#compile(part, next)))
      case 'repeat':
        return this.#compileRepeat(expression, next)
    }
  }

  #compileText(characters: readonly string[], next: number): number {
    let node = next
    for (const character of characters.toReversed()) {
      node = this.#addNode(NODE.characters, this.#characterNumber(character), node)
    }
    return node
  }

  #compileRepeat({ part, min, max }: Extract<Expression, { type: 'repeat' }>, next: number): number {
    const again = this.#repeated(part)
    let node = next
    if (max === null) {
      node = this.#addSplit([next, next])
      this.#ways[this.#firsts[node] ?? 0] = this.#compile(again, node)
    } else {
      for (let count = min; count < max; count++) {
        node = this.#addSplit([this.#compile(again, node), next])
      }
    }
    for (let count = 0; count < min; count++) node = this.#compile(again, node)
    return node
  }

  /** What is longer than a node is made once, and called. */
  #repeated(part: Expression): Expression {
    const isShort = part.type === 'text' && part.text.length === 1
    if (isShort || part.type === 'characters' || part.type === 'rule') return part
    const name = `repeated ${this.#called.length}`
    this.#ruleNumbers.set(name, this.#called.length)
    this.#called.push(part)
    return { type: 'rule', name }
  }

  #ruleNumber(name: string): number {
    const known = this.#ruleNumbers.get(name)
    if (known !== undefined) return known
    const rule = this.#rules.get(name)
    if (rule === undefined) throw new NoProgram()
    const number = this.#called.length
    this.#ruleNumbers.set(name, number)
    this.#called.push(rule)
    return number
  }

  #characterNumber(character: string): number {
    const known = this.#characterNumbers.get(character)
    if (known !== undefined) return known
    const codePoint = character.codePointAt(0) ?? 0
    const number = this.#setNumber([codePoint, codePoint])
    this.#characterNumbers.set(character, number)
    return number
  }

  #setNumber(set: CharacterSet): number {
    const key = set.join()
    const known = this.#setNumbers.get(key)
    if (known !== undefined) return known
    this.#setNumbers.set(key, this.#sets.length)
    return this.#sets.push(set) - 1
  }

  #addSplit(ways: readonly number[]): number {
    const from = this.#ways.length
    for (const way of ways) this.#ways.push(way)
    return this.#addNode(NODE.split, from, this.#ways.length)
  }

  #addNode(kind: number, first: number, second: number): number {
    if (this.#kinds.length + this.#ways.length > MAX_NODES) throw new NoProgram()
    this.#firsts.push(first)
    this.#seconds.push(second)
    return this.#kinds.push(kind) - 1
  }
}
