/**
 * Who may share what was kept of a prompt: opaque, and the same for all requests of those who may. What one scope sent is
 * never found again by another, neither in a KV cache nor in the accounts of prompt caching: a first token that comes
 * sooner would tell that somebody else sent the same text. Null: the scope of all who have none of their own.
 */
export type CacheScope = string | null
