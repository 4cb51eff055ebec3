import type { Tool } from '../../../completion/tool.ts'

/** The tools of a prompt, by their names. */
export type ToolBook = ReadonlyMap<string, Tool>

export function toolBook(tools: readonly Tool[]): ToolBook {
  return new Map(tools.map((tool) => [tool.name, tool]))
}
