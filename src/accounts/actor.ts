/** Who changes an account, for the audit trail. */
export interface Actor {
  /** `command` is a person at the server's terminal, `set-up-link` one who has the link that it shows. */
  readonly kind: 'admin-key' | 'api-key' | 'user' | 'command' | 'set-up-link' | 'configuration'
  /** The id of the key or user; `''` for those without one. */
  readonly id: string
  /** The user or service account that it stands for; null for a key of the organization. */
  readonly principalId: string | null
}
