import type { ChatTestCase } from './chat-test-case.ts'
import {
  BUILDER_METHODS,
  CPP_FUNCTIONS,
  type CppValue,
  emptyMessage,
  list,
  newDraft,
  text,
} from './chat-test-values.ts'
import { CppCursor } from './cpp-cursor.ts'
import { cppTokens } from './cpp-tokens.ts'

/** The function of `tests/test-chat.cpp` that holds the tests of replies. */
const ENTRY = 'test_template_output_peg_parsers'

interface CppFunction {
  readonly parameters: readonly string[]
  readonly body: CppCursor
}

/**
 * Reads the tests of replies from llama.cpp's `tests/test-chat.cpp`: declarations of tools and messages, and chains such
 * as `tst.test("…").tools({ … }).expect(…).run()`, also in loops.
 *
 * @throws Error when a test cannot be read
 */
export function readChatTests(source: string): ChatTestCase[] {
  const reader = new ChatTestReader()
  reader.readDeclarations(new CppCursor(cppTokens(source)))
  reader.call(ENTRY, [])
  return reader.cases
}

class ChatTestReader {
  readonly cases: ChatTestCase[] = []
  readonly #functions = new Map<string, CppFunction>()
  readonly #variables = new Map<string, CppValue>()

  readDeclarations(cursor: CppCursor): void {
    while (!cursor.isAtEnd) {
      const found = functionIn(cursor.copy())
      if (found === null) {
        this.#runStatement(cursor.statement())
      } else {
        this.#functions.set(found.name, found)
        cursor.at = found.end
      }
    }
  }

  call(name: string, values: readonly CppValue[]): void {
    const called = this.#functions.get(name)
    if (called === undefined) throw new Error(`there is no function ${name}`)
    for (const [at, parameter] of called.parameters.entries()) this.#set(parameter, values[at])
    this.#runBlock(called.body.copy())
  }

  #set(name: string, value: CppValue | undefined): void {
    if (value !== undefined) this.#variables.set(name, value)
  }

  #runBlock(cursor: CppCursor): void {
    while (!cursor.isAtEnd) {
      if (cursor.isMark('{')) this.#runBlock(cursor.group())
      else if (cursor.peek().text === 'for') this.#runLoop(cursor)
      else if (cursor.peek().text === 'if') skipBranch(cursor)
      else this.#runStatement(cursor.statement())
    }
  }

  /** Runs `for (type name : { … }) { … }`. */
  #runLoop(cursor: CppCursor): void {
    cursor.next()
    const head = cursor.group()
    while (!head.isMark(':', 1)) head.next()
    const name = head.next().text
    head.next()
    const body = cursor.group()
    for (const value of list(this.#value(head))) {
      this.#set(name, value)
      this.#runBlock(body.copy())
    }
  }

  /** Statements without a test may be of any kind: those that cannot be read declare nothing that a test uses. */
  #runStatement(statement: CppCursor): void {
    const hasTest = statement.includes('.', 'run', '(')
    try {
      if (!this.#declare(statement.copy())) this.#value(statement)
    } catch (error) {
      if (hasTest) throw new Error(`a test cannot be read: ${(error as Error).message}`, { cause: error })
    }
  }

  /** @returns false where the statement declares and assigns nothing */
  #declare(statement: CppCursor): boolean {
    const names: string[] = []
    while (!statement.isAtEnd && !['=', '{', '(', '.'].includes(statement.peek().text)) {
      const { type, text: name } = statement.next()
      if (type === 'name') names.push(name)
    }
    const name = names.at(-1)
    if (name === undefined) return false
    if (statement.isMark('.')) return this.#assignField(name, statement)
    const isDeclared = statement.tryMark('=') || (names.length > 1 && statement.isMark('{'))
    if (isDeclared) this.#set(name, this.#value(statement))
    else if (statement.isAtEnd && names[0] === 'common_chat_msg') this.#set(name, { message: emptyMessage() })
    else return false
    return true
  }

  #assignField(name: string, statement: CppCursor): boolean {
    statement.next()
    const field = statement.next().text
    const owner = this.#variables.get(name)
    if (!statement.tryMark('=') || typeof owner !== 'object' || !('message' in owner)) return false
    if (field === 'role' || field === 'content') owner.message[field] = text(this.#value(statement))
    return true
  }

  #value(cursor: CppCursor): CppValue {
    let value = this.#operand(cursor)
    while (cursor.tryMark('+')) value = text(value) + text(this.#operand(cursor))
    return value
  }

  #operand(cursor: CppCursor): CppValue {
    if (cursor.isMark('{')) return this.#values(cursor.group())
    const { type, text: first } = cursor.next()
    if (type === 'string') {
      let joined = first
      while (cursor.peek().type === 'string') joined += cursor.next().text
      return joined
    }
    if (type !== 'name') throw new Error(`a value is expected, not "${first}"`)
    return this.#withMethods(this.#named(first, cursor), cursor)
  }

  #named(name: string, cursor: CppCursor): CppValue {
    if (cursor.isMark('(')) {
      const values = this.#values(cursor.group())
      const known = CPP_FUNCTIONS[name]
      if (known !== undefined) return known(...values)
      this.call(name, values)
      return false
    }
    if (name === 'true' || name === 'false') return name === 'true'
    // Other names are those of constants.
    return this.#variables.get(name) ?? name
  }

  #values(cursor: CppCursor): CppValue[] {
    const values: CppValue[] = []
    while (!cursor.isAtEnd) {
      values.push(this.#value(cursor))
      if (!cursor.isAtEnd) cursor.expectMark(',')
    }
    return values
  }

  #withMethods(owner: CppValue, cursor: CppCursor): CppValue {
    let value = owner
    while (cursor.tryMark('.')) {
      const method = cursor.next().text
      value = this.#applied(value, method, this.#values(cursor.group()))
    }
    return value
  }

  #applied(owner: CppValue, method: string, values: readonly CppValue[]): CppValue {
    if (typeof owner !== 'object') throw new Error(`${method} is called on a value`)
    if ('template' in owner && method === 'test') return { test: newDraft(owner.template, text(values[0])) }
    if (!('test' in owner)) throw new Error(`there is no method ${method}`)
    if (method === 'run') {
      this.cases.push({ ...owner.test })
      return owner
    }
    const apply = BUILDER_METHODS[method]
    if (apply === undefined) throw new Error(`there is no method ${method} of a test`)
    apply(owner.test, values[0] ?? true)
    return owner
  }
}

/** The function that is defined next; null where something else is. */
function functionIn(
  cursor: CppCursor,
): (CppFunction & { readonly name: string; readonly end: number }) | null {
  let name = ''
  while (!cursor.isAtEnd && !cursor.isMark('(')) {
    if (['=', ';', '{'].includes(cursor.peek().text) && cursor.peek().type === 'mark') return null
    name = cursor.next().text
  }
  if (cursor.isAtEnd) return null
  const parameters = parameterNames(cursor.group())
  if (!cursor.isMark('{')) return null
  const body = cursor.group()
  return { name, parameters, body, end: cursor.at }
}

function parameterNames(cursor: CppCursor): string[] {
  const names: string[] = []
  let last = ''
  while (!cursor.isAtEnd) {
    const { type, text: token } = cursor.next()
    if (type === 'name') last = token
    if (cursor.isAtEnd || cursor.isMark(',')) names.push(last)
  }
  return names
}

function skipBranch(cursor: CppCursor): void {
  cursor.next()
  cursor.group()
  if (cursor.isMark('{')) cursor.group()
  else cursor.statement()
}
