import { hash, randomBytes } from 'node:crypto'

const PREFIXES = { api: 'sk-ant-api03-', admin: 'sk-ant-admin01-' } as const
/** 43 characters of base64url. */
const SECRET_BYTES = 32
/** A hint of a shorter secret would give too much of it away. */
const MIN_HINTED_LENGTH = 32
const HINT_START = 16
const HINT_END = 4

/** A new secret of a key. It is shown once, and kept as its digest. */
export function newApiKeySecret(kind: 'api' | 'admin'): string {
  return PREFIXES[kind] + randomBytes(SECRET_BYTES).toString('base64url')
}

/** What is kept of a secret: its SHA-256, in hexadecimal. */
export function secretDigest(secret: string): string {
  return hash('sha256', secret, 'hex')
}

/** The few characters of a secret that may be shown; null for one that is too short. */
export function secretHint(secret: string): string | null {
  if (secret.length < MIN_HINTED_LENGTH) return null
  return `${secret.slice(0, HINT_START)}...${secret.slice(-HINT_END)}`
}
