// The parser is part of the test runner, so that the rules need no package of their own.
import { parseAst } from 'vitest/node'

/** Any node of a syntax tree (ESTree with TypeScript's nodes); `start` and `end` are offsets into the text. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [field: string]: unknown
}

/** @throws Error when the text is not TypeScript */
export function parseTypeScript(path: string, text: string): SyntaxNode {
  const tree: unknown = parseAst(text, { lang: path.endsWith('.tsx') ? 'tsx' : 'ts' }, path)
  if (isSyntaxNode(tree)) return tree
  throw new Error(`${path}: the parser gave no tree`)
}

/** A node and its descendants, in the order of the tree. */
export function* walkTree(node: SyntaxNode): Generator<SyntaxNode> {
  yield node
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isSyntaxNode(child)) yield* walkTree(child)
    }
  }
}

/** Whether the value is a node of a syntax tree. */
export function isSyntaxNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** The node in this field, if there is one. */
export function childOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  const child = node[field]
  return isSyntaxNode(child) ? child : undefined
}

/** The name of an identifier; undefined for any other node. */
export function nameOf(node: SyntaxNode | undefined): string | undefined {
  return node?.type === 'Identifier' && typeof node.name === 'string' ? node.name : undefined
}

/** The line of an offset, counted from 1. */
export function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}
