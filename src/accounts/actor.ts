/** Who changes an account, for the audit trail. */
export interface Actor {
  /**
   * `user` is one who has logged in to the console, `console` the person at that of an open server, `command` one at the
   * server's terminal, `set-up-link` one who has the link that it shows,
   * `link` one who was given an invite or a link to set a password.
   */
  readonly kind:
    | 'admin-key'
    | 'api-key'
    | 'user'
    | 'console'
    | 'command'
    | 'set-up-link'
    | 'link'
    | 'configuration'
  /** The id of the key or user; `''` for those without one. */
  readonly id: string
  /** The user or service account that it stands for; null for a key of the organization. */
  readonly principalId: string | null
}
