/** Whom everything belongs to. */
export interface Organization {
  /** A UUID. */
  readonly id: string
  readonly name: string
}
