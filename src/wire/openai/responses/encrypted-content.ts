/** The beginning of ours, which distinguishes it from other servers'. */
const MARK = 'continuo:'

/** The signature of an engine's thinking as a client gets it in `encrypted_content`. */
export function encryptedContent(signature: string | null): string | null {
  return signature === null ? null : MARK + signature
}

/** The signature in an `encrypted_content` that a client sends back; null for that of another server. */
export function readEncryptedContent(content: string | null | undefined): string | null {
  return content?.startsWith(MARK) ? content.slice(MARK.length) : null
}
