import { ApiError } from './api-error.ts'

/**
 * The betas that official SDKs and the API's pages name. None of them changes Text Completions.
 *
 * @see the SDKs' type `AnthropicBeta`
 */
const PUBLISHED_BETAS: ReadonlySet<string> = new Set([
  'message-batches-2024-09-24',
  'prompt-caching-2024-07-31',
  'computer-use-2024-10-22',
  'computer-use-2025-01-24',
  'pdfs-2024-09-25',
  'token-counting-2024-11-01',
  'token-efficient-tools-2025-02-19',
  'output-128k-2025-02-19',
  'files-api-2025-04-14',
  'mcp-client-2025-04-04',
  'dev-full-thinking-2025-05-14',
  'interleaved-thinking-2025-05-14',
  'code-execution-2025-05-22',
  'extended-cache-ttl-2025-04-11',
  'context-1m-2025-08-07',
  'context-management-2025-06-27',
  'model-context-window-exceeded-2025-08-26',
  'skills-2025-10-02',
  'structured-outputs-2025-11-13',
  'effort-2025-11-24',
  'mcp-client-2025-11-20',
  'code-execution-2025-08-25',
  'web-fetch-2025-09-10',
  'fine-grained-tool-streaming-2025-05-14',
  'advanced-tool-use-2025-11-20',
  'fast-mode-2026-02-01',
  'compact-2026-01-12',
  'output-300k-2026-03-24',
  'thinking-token-count-2026-05-13',
  'analytics-usage-cost-2026-08-24',
  'compact-2026-09-04',
  'admin-user-sign-out-2026-10-08',
])

const NO_BETAS: ReadonlySet<string> = new Set()

/**
 * The names in an `anthropic-beta` header.
 *
 * @param header the names, joined by commas; null when it was not sent
 */
export function readBetas(header: string | null): ReadonlySet<string> {
  if (header === null) return NO_BETAS
  const names = header.split(',').map((name) => name.trim())
  return new Set(names.filter((name) => name !== ''))
}

/**
 * Refuses an `anthropic-beta` header that holds an unpublished name.
 *
 * @param header the names, joined by commas; null when it was not sent
 * @throws ApiError `invalid-header`
 */
export function refuseUnknownBetas(header: string | null): void {
  const unknown = [...readBetas(header)].filter((name) => !PUBLISHED_BETAS.has(name))
  if (unknown.length === 0) return
  throw new ApiError(
    'invalid-header',
    `Unexpected value(s) \`${unknown.join(', ')}\` for the \`anthropic-beta\` header. ` +
      'Please consult our documentation at docs.anthropic.com or try again without the header.',
  )
}
