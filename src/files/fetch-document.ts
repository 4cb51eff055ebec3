import { CompletionError } from '../completion/completion-error.ts'

/** Most bytes of a document that is fetched, or is a source of a message. @see the API's guide on PDFs: request size */
export const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024
const MAX_FETCH_MS = 30_000

/**
 * Fetches a document from one of the hosts that the operator allows. Redirections are not followed: they could lead to any
 * other host.
 *
 * @param hosts names, or names and ports, as addresses have them
 * @throws CompletionError `invalid-request`; the signal's reason
 */
export async function fetchDocument(
  address: string,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly mediaType: string; readonly bytes: Uint8Array }> {
  const url = URL.canParse(address) ? new URL(address) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw refused('its url should be a valid URL')
  if (!hosts.includes(url.host) && !hosts.includes(url.hostname)) {
    throw refused(
      'this server does not fetch documents from there (files.documentHosts). Send the data of the document',
    )
  }
  // What a URL says of a user is no business of the host.
  url.username = ''
  url.password = ''
  const limit = AbortSignal.any([signal, AbortSignal.timeout(MAX_FETCH_MS)])
  try {
    const response = await fetch(url, { redirect: 'error', signal: limit, credentials: 'omit' })
    if (!response.ok) throw refused(`its host responded with status ${response.status}`)
    const mediaType = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
    return { mediaType, bytes: await readLimited(response) }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof CompletionError) throw error
    throw refused('it cannot be fetched', error)
  }
}

async function readLimited({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > MAX_DOCUMENT_BYTES) throw refused(`it is larger than ${MAX_DOCUMENT_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function refused(why: string, cause?: unknown): CompletionError {
  return new CompletionError('invalid-request', `Unable to download the file of a document: ${why}.`, {
    cause,
  })
}
