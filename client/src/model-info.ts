/**
 * One model that the server offers.
 *
 * @see the API's reference, Models
 */
export interface ModelInfo {
  /** The resolved id: a snapshot, never an alias. */
  id: string
  /** When it was released, as RFC 3339 (`2025-02-19T00:00:00Z`); the epoch if that is not known. */
  created_at: string
  /** The name for people. */
  display_name: string
  type: 'model'
}

/**
 * Which page of the models to ask for. At most one of the two ids.
 *
 * @see the API's reference, Models: list
 */
export interface ModelListParams {
  /** Models after this one: towards older releases. */
  after_id?: string
  /** Models before this one: towards newer releases. */
  before_id?: string
  /** Models in one page, 1 to 1000; the server's default is 20. */
  limit?: number
}
