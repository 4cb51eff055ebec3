import { BROWSER_MEMBERS } from './browser-members.ts'
import type { ClientTool } from './client-tools.ts'
import { COMPUTER_MEMBERS } from './computer-members.ts'
import type { MemberSource } from './member-source.ts'
import { inputSchema } from './tool-schema.ts'

/** Several tools that the API defines together and their caller runs. */
export interface Toolset {
  /** `toolset_name` of the calls of its tools. */
  readonly name: string
  readonly members: readonly ToolsetMember[]
}

/** A tool of a toolset. */
export interface ToolsetMember extends ClientTool {
  /** Whether it is offered unless the request says otherwise. */
  readonly isEnabled: boolean
}

/**
 * Makes the tools of a toolset, by name, from their descriptions and the properties of their inputs.
 *
 * @see the API's pages on the computer use tool and the browser use tool
 */
function toolset(name: string, members: Readonly<Record<string, MemberSource>>): Toolset {
  return {
    name,
    members: Object.entries(members).map(([memberName, { description, properties, required, isOff }]) => ({
      name: memberName,
      description,
      inputSchema: inputSchema(properties, required ?? []),
      isEnabled: isOff !== true,
    })),
  }
}

/** By the type that requests name. */
export const TOOLSETS: ReadonlyMap<string, Toolset> = new Map([
  ['computer_toolset_20260801', toolset('computer', COMPUTER_MEMBERS)],
  ['browser_toolset_20260801', toolset('browser', BROWSER_MEMBERS)],
])
