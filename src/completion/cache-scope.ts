/**
 * Requests with the same scope share cached prompts; requests with different scopes never do, neither in a KV cache nor
 * in prompt-cache accounting, since a faster first token would reveal that someone else sent the same text. Null is the
 * scope of all callers without one of their own.
 */
export type CacheScope = string | null
