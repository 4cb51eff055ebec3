import * as z from 'zod'

const rule = (byDefault: boolean, description: string) => z.boolean().describe(description).default(byDefault)

/** Where a server may be stricter or more helpful than the real API. The defaults accept clients of every year. */
export const API_RULES_SCHEMA = z.strictObject({
  literalNewlineMarkers: rule(
    true,
    'Accepts the turn markers that official TypeScript SDKs 0.61 to 0.137 send, with "\\n" spelled out.',
  ),
  refuseMessagesModels: rule(
    false,
    'Refuses ids of Messages models, Claude 3 and newer, on /v1/complete, as the real API did.',
  ),
  checkUserId: rule(false, 'Refuses a metadata.user_id that looks like an email address or a phone number.'),
  refuseUnknownBetas: rule(
    false,
    'Refuses anthropic-beta names that were never published; otherwise they are ignored.',
  ),
  allowBrowsers: rule(
    true,
    'Serves web pages that send anthropic-dangerous-direct-browser-access: true; otherwise every request from a page is refused.',
  ),
  refuseExcessTokens: rule(
    false,
    'Refuses a max_tokens on /v1/messages that exceeds the context window, as the real API does; otherwise it is capped.',
  ),
  refuseServerBlocks: rule(
    false,
    "Refuses blocks of tools that ran on the real API's servers, which old histories hold; otherwise they are omitted.",
  ),
  ignoreServerTools: rule(
    false,
    'Omits server tools, containers, MCP servers and the creation of threads from requests; otherwise such requests are refused.',
  ),
  ignoreStrictTools: rule(
    false,
    'Omits "strict" from tools, so that input schemas that cannot be kept to are accepted.',
  ),
  lenientPaging: rule(
    false,
    'Accepts both cursors of a list at once, of which before_id counts, and ignores cursors of unknown ids.',
  ),
  lenientAccounts: rule(
    false,
    'Accepts in the Admin API filters for values that do not exist, and ids of external keys, user profiles and RBAC groups, which this server lacks; otherwise they are refused.',
  ),
  lenientSkills: rule(
    false,
    'Accepts uploads that are no skill in place of skills, titles that are in use, and the deletion of skills that have versions.',
  ),
  allowImageUrls: rule(false, "Accepts images by address; the model's own server then fetches them."),
  checkThinking: rule(
    false,
    "Applies the real API's rules for thinking: signatures, sampling parameters, and the first block of a turn.",
  ),
  strictRequests: rule(
    false,
    'Refuses what the real API refuses although this server can serve it: -1 for top_p and top_k, system messages at the front, or between messages of the user, tool blocks without tools, the media type image/jpg, clear_thinking without thinking.',
  ),
  strictVersions: rule(
    false,
    'Refuses under version 2026-10-21 what the real API refuses: sampling parameters, documents in assistant turns, citations in user turns.',
  ),
})

/** Where this server is stricter or more helpful than the real API. */
export type ApiRules = Readonly<z.infer<typeof API_RULES_SCHEMA>>

/** Rules that suit most servers. */
export const DEFAULT_API_RULES: ApiRules = API_RULES_SCHEMA.parse({})
