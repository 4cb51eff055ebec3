import type { Tool } from '../../../completion/tool.ts'

/** The tools of a prompt, by their names. */
export type ToolSchemas = ReadonlyMap<string, Tool>

export function toolSchemas(tools: readonly Tool[]): ToolSchemas {
  return new Map(tools.map((tool) => [tool.name, tool]))
}
