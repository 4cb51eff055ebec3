import type { SourceFile } from './source-files.ts'
import { childOf, lineOf, nameOf, parseTypeScript, type SyntaxNode, walkTree } from './syntax-tree.ts'

/** An import of a module. */
export interface FoundImport {
  /** As written; undefined where it is computed. Of a template, only the text before its first value. */
  readonly specifier: string | undefined
  /** Whether it is erased: an import of only types loads nothing. `import { type A }` does load its module. */
  readonly isType: boolean
  readonly line: number
}

const WITH_SOURCE = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

/**
 * Every import of a file: static, dynamic, of types, re-exports, `require` and `import.meta.resolve`. Comments and strings
 * are ignored.
 */
export function findImports(file: SourceFile): FoundImport[] {
  const found: FoundImport[] = []
  for (const node of walkTree(parseTypeScript(file.path, file.text))) {
    const source = sourceOf(node)
    if (source !== undefined) {
      const line = lineOf(file.text, node.start)
      found.push({ specifier: staticTextOf(source), isType: isTypeImport(node), line })
    }
  }
  return found
}

function isTypeImport({ type, importKind, exportKind }: SyntaxNode): boolean {
  return type === 'TSImportType' || importKind === 'type' || exportKind === 'type'
}

function sourceOf(node: SyntaxNode): SyntaxNode | undefined {
  if (WITH_SOURCE.has(node.type)) return childOf(node, 'source')
  if (node.type !== 'CallExpression' || !isResolver(childOf(node, 'callee'))) return undefined
  const [argument] = Array.isArray(node.arguments) ? node.arguments : []
  return argument
}

/** `require`, `require.resolve`, `import.meta.resolve`. */
function isResolver(callee: SyntaxNode | undefined): boolean {
  if (callee?.type !== 'MemberExpression') return nameOf(callee) === 'require'
  if (nameOf(childOf(callee, 'property')) !== 'resolve') return false
  const object = childOf(callee, 'object')
  return nameOf(object) === 'require' || object?.type === 'MetaProperty'
}

function staticTextOf(source: SyntaxNode): string | undefined {
  if (source.type === 'Literal') return typeof source.value === 'string' ? source.value : undefined
  if (source.type !== 'TemplateLiteral' || !Array.isArray(source.quasis)) return undefined
  const text: unknown = source.quasis[0]?.value?.cooked
  return typeof text === 'string' && text !== '' ? text : undefined
}
