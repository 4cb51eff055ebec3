import type { CharacterSet } from './character-set.ts'
import { END_NODE, GrammarProgram, NODE } from './grammar-program.ts'
import { type Expression, parseGrammar } from './parse-grammar.ts'

/** Most nodes and branches of a program; a bounded repetition takes two for each iteration. */
const MAX_NODES = 300_000
const ROOT = 'root'

/**
 * Compiles a grammar in llama.cpp's notation (GBNF).
 *
 * @returns null for a text that is not a grammar, refers to a missing rule, or has too many nodes
 */
export function compileGrammar(text: string): GrammarProgram | null {
  const rules = parseGrammar(text)
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
  readonly #branches: number[] = []
  readonly #sets: CharacterSet[] = []
  readonly #setNumbers = new Map<string, number>()
  /** The set numbers of single characters. */
  readonly #characterNumbers = new Map<string, number>()
  #excluded: string | null = null
  /** Rules and repeated expressions, by their numbers. */
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
      branches: Int32Array.from(this.#branches),
      ruleStarts: Int32Array.from(ruleStarts),
      sets: this.#sets,
      excluded: this.#excluded ?? '',
    })
  }

  /** @returns the first node of an expression that continues at the node `next` */
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
        return expression.parts.reduceRight((next, part) => this.#compile(part, next), next)
      case 'choice':
        return this.#addSplit(expression.parts.map((part) => this.#compile(part, next)))
      case 'repeat':
        return this.#compileRepeat(expression, next)
      case 'without':
        return this.#compileWithout(expression, next)
    }
  }

  #compileWithout({ part, excluded }: Extract<Expression, { type: 'without' }>, next: number): number {
    if (this.#excluded !== null && this.#excluded !== excluded) throw new NoProgram()
    this.#excluded = excluded
    // Its characters must have symbols of their own.
    for (const character of excluded) this.#characterNumber(character)
    const rule = this.#repeated(part)
    const number = rule.type === 'rule' ? this.#ruleNumber(rule.name) : this.#addRule(part)
    return this.#addNode(NODE.callWithout, number, next)
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
      this.#branches[this.#firsts[node] ?? 0] = this.#compile(again, node)
    } else {
      for (let count = min; count < max; count++) {
        node = this.#addSplit([this.#compile(again, node), next])
      }
    }
    for (let count = 0; count < min; count++) node = this.#compile(again, node)
    return node
  }

  /** A repeated expression of more than one node is compiled once, as a rule. */
  #repeated(part: Expression): Expression {
    const isShort = part.type === 'text' && part.text.length === 1
    if (isShort || part.type === 'characters' || part.type === 'rule') return part
    const name = `repeated ${this.#called.length}`
    this.#ruleNumbers.set(name, this.#addRule(part))
    return { type: 'rule', name }
  }

  #addRule(body: Expression): number {
    return this.#called.push(body) - 1
  }

  #ruleNumber(name: string): number {
    const known = this.#ruleNumbers.get(name)
    if (known !== undefined) return known
    const rule = this.#rules.get(name)
    if (rule === undefined) throw new NoProgram()
    const number = this.#addRule(rule)
    this.#ruleNumbers.set(name, number)
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

  #addSplit(branches: readonly number[]): number {
    const from = this.#branches.length
    for (const branch of branches) this.#branches.push(branch)
    return this.#addNode(NODE.split, from, this.#branches.length)
  }

  #addNode(kind: number, first: number, second: number): number {
    if (this.#kinds.length + this.#branches.length > MAX_NODES) throw new NoProgram()
    this.#firsts.push(first)
    this.#seconds.push(second)
    return this.#kinds.push(kind) - 1
  }
}
