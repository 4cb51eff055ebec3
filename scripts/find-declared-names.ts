import { childOf, isSyntaxNode, nameOf, type SyntaxNode, walkTree } from './syntax-tree.ts'

/** A name that a file gives to something. */
export interface DeclaredName {
  readonly name: string
  /** Offset into the text. */
  readonly start: number
}

/** Nodes that declare something, and the field that names it. */
const NAMING_FIELDS: Readonly<Record<string, string>> = {
  VariableDeclarator: 'id',
  FunctionDeclaration: 'id',
  ClassDeclaration: 'id',
  TSInterfaceDeclaration: 'id',
  TSTypeAliasDeclaration: 'id',
  PropertyDefinition: 'key',
  MethodDefinition: 'key',
  TSPropertySignature: 'key',
  TSMethodSignature: 'key',
}

/**
 * The names of variables, parameters, functions, classes, types and their members. Keys of object literals, members that
 * are only used, and imported names are left out, because others may have chosen them.
 */
export function findDeclaredNames(tree: SyntaxNode): DeclaredName[] {
  const names: DeclaredName[] = []
  for (const node of walkTree(tree)) {
    const field = NAMING_FIELDS[node.type]
    const declared = field === undefined ? [] : [node[field]]
    const parameters = Array.isArray(node.params) ? node.params : []
    for (const pattern of [...declared, ...parameters]) names.push(...namesIn(pattern))
  }
  return names
}

/** The names that a pattern binds: `a`, `{ a, b: c }`, `[d = 1, ...e]`, `#f`. */
function namesIn(pattern: unknown): DeclaredName[] {
  if (!isSyntaxNode(pattern)) return []
  const name = pattern.type === 'PrivateIdentifier' ? String(pattern.name) : nameOf(pattern)
  if (name !== undefined) return [{ name, start: pattern.start }]
  if (pattern.type === 'Property') return namesIn(childOf(pattern, 'value'))
  const inner = [pattern.properties, pattern.elements, pattern.left, pattern.argument, pattern.parameter]
  return inner.flat().flatMap(namesIn)
}
