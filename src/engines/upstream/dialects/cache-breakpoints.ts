import { isJsonObject, type JsonObject } from '../../../util/json-object.ts'
import { listAt, objectAt } from '../../../util/json-value.ts'

/** Messages hold blocks, and results of tools hold more of them. */
const MAX_BLOCK_DEPTH = 3

/** What becomes of a breakpoint; null leaves it out. */
type ChangeControl = (control: JsonObject) => JsonObject | null

/** A body with its breakpoints changed, or without them. */
export function withBreakpoints(body: JsonObject, change: ChangeControl): JsonObject {
  const listed = Object.fromEntries(
    ['tools', 'system', 'messages']
      .filter((name) => listAt(body, name) !== undefined)
      .map((name) => [
        name,
        listAt(body, name)?.map((item) => withBreakpoint(item, change, MAX_BLOCK_DEPTH)),
      ]),
  )
  return { ...body, ...listed }
}

function withBreakpoint(item: unknown, change: ChangeControl, depth: number): unknown {
  if (!isJsonObject(item) || depth === 0) return item
  const control = objectAt(item, 'cache_control')
  const changed = control === undefined ? null : change(control)
  const content = listAt(item, 'content')?.map((inner) => withBreakpoint(inner, change, depth - 1))
  const { cache_control: _, ...others } = item
  return {
    ...(control === undefined ? item : others),
    ...(content === undefined ? {} : { content }),
    ...(changed === null ? {} : { cache_control: changed }),
  }
}

/** Whether a body has a breakpoint that is meant. */
export function hasBreakpoint(body: JsonObject, isMeant: (control: JsonObject) => boolean): boolean {
  let isFound = false
  withBreakpoints(body, (control) => {
    isFound ||= isMeant(control)
    return control
  })
  return isFound
}
