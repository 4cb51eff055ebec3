/** Where the Messages API may be stricter or more helpful than it is by itself. */
export interface MessagesRules {
  /** Refuses a `max_tokens` that the model's context window cannot hold; else it is capped. */
  readonly refuseExcessTokens: boolean
  /**
   * Refuses blocks of tools that ran on the real API's servers, which old histories hold; else they are left out. What
   * asks for such a tool is refused anyway, unless `ignoreServerTools` says otherwise.
   */
  readonly refuseServerBlocks: boolean
  /** Leaves out tools, containers and MCP servers that only the real API can run; else they are refused. */
  readonly ignoreServerTools: boolean
  /** Lets pictures be given by their address, which the model's own server fetches then. */
  readonly allowImageUrls: boolean
  /** Holds thinking to the real API's rules: signatures, sampling parameters, and what a turn begins with. */
  readonly checkThinking: boolean
  /** Refuses under version 2026-10-21 what the real API does: sampling parameters, and more. */
  readonly strictVersions: boolean
}
