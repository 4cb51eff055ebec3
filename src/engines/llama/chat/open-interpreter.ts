import { Interpreter } from '@huggingface/jinja'
import { plainValue, type TemplateNode, type TemplateScope, type TemplateValue } from './template-value.ts'

/** The methods of the package's interpreter that a subclass may override; the package declares most as private. */
export interface InterpreterParts {
  run(program: TemplateNode): TemplateValue
  evaluate(node: TemplateNode | undefined, scope: TemplateScope): TemplateValue
  evaluateBlock(statements: readonly TemplateNode[], scope: TemplateScope): TemplateValue
  evaluateIdentifier(node: Named, scope: TemplateScope): TemplateValue
  evaluateBinaryExpression(node: Binary, scope: TemplateScope): TemplateValue
  evaluateMemberExpression(node: Member, scope: TemplateScope): TemplateValue
  evaluateSliceExpression(object: TemplateValue, node: Slice, scope: TemplateScope): TemplateValue
  evaluateTestExpression(node: Tested, scope: TemplateScope): TemplateValue
  evaluateFor(node: Loop, scope: TemplateScope): TemplateValue
  evaluateArguments(
    args: readonly TemplateNode[],
    scope: TemplateScope,
  ): [TemplateValue[], Map<string, TemplateValue>]
  applyFilter(operand: TemplateValue, filter: Filter, scope: TemplateScope): TemplateValue
}

export interface Named extends TemplateNode {
  readonly value: string
}
export interface Binary extends TemplateNode {
  readonly operator: { readonly value: string }
  readonly left: TemplateNode
  readonly right: TemplateNode
}
export interface Member extends TemplateNode {
  readonly object: TemplateNode
  readonly property: TemplateNode
  readonly computed: boolean
}
export interface Slice extends TemplateNode {
  readonly start?: TemplateNode
  readonly stop?: TemplateNode
  readonly step?: TemplateNode
}
export interface Tested extends TemplateNode {
  readonly operand: TemplateNode
  readonly test: Named
  readonly negate: boolean
}
export interface Loop extends TemplateNode {
  readonly loopvar: TemplateNode & { readonly value: unknown }
  /** With `lhs` and `test` where only some items are visited. */
  readonly iterable: TemplateNode & { readonly lhs?: TemplateNode; readonly test?: TemplateNode }
  readonly body: readonly TemplateNode[]
  readonly defaultBlock: readonly TemplateNode[]
}
export interface MappingLiteral extends TemplateNode {
  readonly value: ReadonlyMap<TemplateNode, TemplateNode>
}
/** A name or a call. */
export interface Filter extends TemplateNode {
  readonly value?: string
  readonly callee?: Named
  readonly args?: readonly TemplateNode[]
}

export interface FilterCall {
  readonly name: string
  readonly filter: Filter
  readonly args: readonly TemplateValue[]
  readonly options: Map<string, TemplateValue>
  readonly scope: TemplateScope
}

/** An expression that is already evaluated. */
export interface Held extends TemplateNode {
  readonly held: TemplateValue
}

/** The package's interpreter with accessible methods. */
export const OpenInterpreter = Interpreter as unknown as new (scope: TemplateScope) => InterpreterParts

/** An expression for a value. */
export function held(value: TemplateValue | undefined): Held {
  return { type: 'HeldValue', held: value ?? plainValue(undefined) }
}

/** A filter called by its name. */
export function namedFilter(name: string, args: readonly TemplateValue[]): Filter {
  const callee = { type: 'Identifier', value: name }
  return args.length === 0 ? callee : { type: 'CallExpression', callee, args: args.map(held) }
}
