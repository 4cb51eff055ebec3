/**
 * The ids that the API's reference names, in its order. Which of them a server serves depends on its
 * configuration; `client.models.list()` lists them.
 *
 * @see the API's reference, Completions: `model`
 */
export type NamedModel =
  | 'claude-opus-4-5-20251101'
  | 'claude-opus-4-5'
  | 'claude-3-7-sonnet-latest'
  | 'claude-3-7-sonnet-20250219'
  | 'claude-3-5-haiku-latest'
  | 'claude-3-5-haiku-20241022'
  | 'claude-haiku-4-5'
  | 'claude-haiku-4-5-20251001'
  | 'claude-sonnet-4-20250514'
  | 'claude-sonnet-4-0'
  | 'claude-4-sonnet-20250514'
  | 'claude-sonnet-4-5'
  | 'claude-sonnet-4-5-20250929'
  | 'claude-opus-4-0'
  | 'claude-opus-4-20250514'
  | 'claude-4-opus-20250514'
  | 'claude-opus-4-1-20250805'
  | 'claude-3-opus-latest'
  | 'claude-3-opus-20240229'
  | 'claude-3-haiku-20240307'

/** The id of a model: one of the named ones, which an editor can complete, or any other text. */
export type Model = NamedModel | (string & {})
